//! A line between an engine and a server that can go bad: what is said gets lost while both ends believe in it,
//! as when a network goes away without a word; or a command is answered by the line itself.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Answers commands in the server's place: the command behind its tag, and what is said behind that tag.
type Instead = Mutex<Option<(&'static str, &'static str)>>;

#[derive(Default)]
struct State {
    calls: Mutex<Vec<Arc<Call>>>,
    /// New connections are taken, and nothing goes through.
    dead: AtomicBool,
    instead: Instead,
    answered: AtomicUsize,
}

#[derive(Default)]
struct Call {
    /// What the engine says is lost.
    up_lost: AtomicBool,
    /// What the server says is lost.
    down_lost: AtomicBool,
    ended: AtomicBool,
}

/// The line; it ends with the test.
pub struct Line {
    pub address: String,
    state: Arc<State>,
}

impl Line {
    pub fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State::default());
        let line = Self {
            address,
            state: Arc::clone(&state),
        };
        let server = server.to_owned();
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let Ok(far) = TcpStream::connect(&server) else {
                    continue;
                };
                call(near, far, &state);
            }
        });
        line
    }

    /// From now on what the engine says on connections that are open is lost.
    pub fn lose_what_is_asked(&self) {
        for call in self.calls().iter() {
            call.up_lost.store(true, Ordering::SeqCst);
        }
    }

    /// From now on what the server says on connections that are open is lost.
    pub fn lose_what_is_answered(&self) {
        for call in self.calls().iter() {
            call.down_lost.store(true, Ordering::SeqCst);
        }
    }

    /// Both; connections made later work.
    pub fn go_silent(&self) {
        self.lose_what_is_asked();
        self.lose_what_is_answered();
    }

    /// New connections too, or not any more.
    pub fn set_dead(&self, dead: bool) {
        self.state.dead.store(dead, Ordering::SeqCst);
    }

    /// Commands that begin so get this answer, and do not reach the server.
    pub fn answer(&self, command: &'static str, answer: &'static str) {
        *self.state.instead.lock().unwrap() = Some((command, answer));
    }

    /// How often that was said.
    pub fn answered(&self) -> usize {
        self.state.answered.load(Ordering::SeqCst)
    }

    /// Connections that are open.
    pub fn open(&self) -> usize {
        let calls = self.calls();
        calls
            .iter()
            .filter(|call| !call.ended.load(Ordering::SeqCst))
            .count()
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Call>>> {
        self.state.calls.lock().unwrap()
    }
}

fn call(near: TcpStream, far: TcpStream, state: &Arc<State>) {
    let call = Arc::new(Call::default());
    if state.dead.load(Ordering::SeqCst) {
        call.up_lost.store(true, Ordering::SeqCst);
        call.down_lost.store(true, Ordering::SeqCst);
    }
    state.calls.lock().unwrap().push(Arc::clone(&call));
    for socket in [&near, &far] {
        socket.set_nodelay(true).unwrap();
    }
    let (near_out, far_out) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let (state, up) = (Arc::clone(state), Arc::clone(&call));
    let mut answers = near.try_clone().unwrap();
    std::thread::spawn(move || {
        carry(near, far_out, |bytes| {
            if up.up_lost.load(Ordering::SeqCst) {
                return Vec::new();
            }
            instead(&state, bytes, &mut answers)
        });
        up.ended.store(true, Ordering::SeqCst);
    });
    std::thread::spawn(move || {
        carry(far, near_out, |bytes| {
            let lost = call.down_lost.load(Ordering::SeqCst);
            if lost { Vec::new() } else { bytes.to_vec() }
        });
        call.ended.store(true, Ordering::SeqCst);
    });
}

fn carry(mut from: TcpStream, mut to: TcpStream, mut pass: impl FnMut(&[u8]) -> Vec<u8>) {
    let mut buffer = vec![0; 65_536];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 || to.write_all(&pass(&buffer[..count])).is_err() {
            break;
        }
    }
    let _gone_already = to.shutdown(Shutdown::Both);
    let _gone_already = from.shutdown(Shutdown::Both);
}

/// Takes out the commands that the line answers itself.
fn instead(state: &State, bytes: &[u8], answers: &mut TcpStream) -> Vec<u8> {
    let Some((command, answer)) = *state.instead.lock().unwrap() else {
        return bytes.to_vec();
    };
    let mut rest = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        match text.split_once(' ') {
            Some((tag, said)) if said.starts_with(command) => {
                let _gone_already = answers.write_all(format!("{tag} {answer}\r\n").as_bytes());
                state.answered.fetch_add(1, Ordering::SeqCst);
            }
            _ => rest.extend_from_slice(line),
        }
    }
    rest
}
