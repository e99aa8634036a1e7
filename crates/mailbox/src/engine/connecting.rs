//! Dial, greet, secure; give up, try again; the live state.

use samma_protocol::imap::command::Command as Imap;
use samma_protocol::imap::response::{Code, Status, StatusKind};
use samma_transport::config::Tls;
use samma_transport::tunnel::{self, Service};

use super::Engine;
use crate::change::{Change, Connection as LiveState, Problem, ProblemKind};
use crate::connection::{Connection, Job, Phase, Purpose};
use crate::effect::{Effect, Target};
use crate::input::{CloseReason, ConnectionId};
use crate::limits;

impl Engine {
    /// Closes everything and forgets the account.
    pub(super) fn drop_account(&mut self) {
        self.unsealing = false;
        let Some(account) = self.account.take() else {
            return;
        };
        for id in account.connections.keys() {
            self.effects.push_back(Effect::Close(*id));
        }
        self.effects.push_back(Effect::PokesClose);
    }

    /// Somebody wants it now: a try that is under way may hang for half a minute, so it is begun anew.
    pub(super) fn refresh(&mut self) {
        let Some(account) = self.account.as_mut().filter(|account| account.accepted) else {
            return;
        };
        account.failures = 0;
        let watch = account.connection(Purpose::Watch);
        let trying = match watch.map(|watch| (watch.id, watch.phase)) {
            Some((_, Phase::Ready)) => {
                self.probe();
                return;
            }
            Some((id, _)) => Some(id),
            None => None,
        };
        account.offline = None;
        if let Some(id) = trying {
            account.connections.remove(&id);
            self.effects.push_back(Effect::Close(id));
        }
        self.dial(Purpose::Watch);
    }

    pub(super) fn set_online(&mut self, online: bool) {
        if let Some(account) = &mut self.account {
            account.online = online;
        }
        // Either way the truth is found by asking: a connection over loopback or another network
        // may well live on.
        self.probe();
        if online {
            self.refresh();
        }
    }

    /// Connections may have died unnoticed: asks, and does not wait long for the answer.
    pub(super) fn probe(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        for connection in account.connections.values_mut() {
            if connection.phase == Phase::Ready {
                // What went on before does not count against it.
                connection.asked_ms = now_ms;
                connection.probed = true;
                connection.send(Imap::Noop, Job::Noop, now_ms);
            }
        }
        self.look_now();
    }

    /// Opens a connection.
    pub(super) fn dial(&mut self, purpose: Purpose) {
        let id = ConnectionId(self.next_connection);
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let server = &account.login.server;
        let Some(endpoint) = server.imap.clone() else {
            self.refuse(problem(ProblemKind::ServerUnreachable, None));
            return;
        };
        let target = Target {
            url: format!(
                "{}{}",
                account.login.gateway,
                tunnel::path(&server.id, Service::Imap)
            ),
            endpoint,
            ca: server.ca.clone(),
        };
        self.next_connection = self.next_connection.wrapping_add(1);
        if purpose == Purpose::Watch {
            account.retry_ms = None;
        }
        account
            .connections
            .insert(id, Connection::new(id, purpose, now_ms));
        self.effects.push_back(Effect::Connect(id, target));
    }

    fn tls(&self) -> Tls {
        let endpoint = self
            .account
            .as_ref()
            .and_then(|account| account.login.server.imap.as_ref());
        endpoint.map(|endpoint| endpoint.tls).unwrap_or_default()
    }

    pub(super) fn connected(&mut self, id: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        // `none` is offered by the gateway towards its own machine only.
        let secure = self.tls() != Tls::StartTls;
        let Some(connection) = self.connection(id) else {
            return;
        };
        connection.session.set_secure(secure);
        connection.phase = Phase::Greeting;
        connection.asked_ms = now_ms;
    }

    pub(super) fn greeted(&mut self, id: ConnectionId, status: &Status) {
        match status.kind {
            StatusKind::Bye => {
                let kind = match status.code {
                    Some(Code::Limit) => ProblemKind::TooManyConnections,
                    _ => ProblemKind::ServerClosed,
                };
                self.give_up(id, kind, &status.text);
            }
            // Signed in by other means, such as a client certificate. Nobody here has one.
            StatusKind::PreAuth if self.tls() == Tls::StartTls => {
                self.give_up(id, ProblemKind::NoSafeLogin, &status.text);
            }
            StatusKind::PreAuth => self.learn_offers(id),
            _ if self.tls() == Tls::StartTls => {
                self.ask(id, Imap::StartTls, Job::StartTls, Phase::StartingTls);
            }
            _ => self.authenticate(id),
        }
    }

    pub(super) fn start_tls(&mut self, id: ConnectionId) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        connection.jobs.clear();
        self.effects.push_back(Effect::StartTls(id));
    }

    pub(super) fn secured(&mut self, id: ConnectionId) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        connection.session.secured();
        self.authenticate(id);
    }

    pub(super) fn ask(&mut self, id: ConnectionId, command: Imap, job: Job, phase: Phase) {
        let now_ms = self.now.monotonic_ms;
        let Some(connection) = self.connection(id) else {
            return;
        };
        if connection.send(command, job, now_ms) {
            connection.phase = phase;
        } else {
            self.give_up(id, ProblemKind::NoSafeLogin, "");
        }
    }

    /// Untagged OK, NO, BAD and BYE.
    pub(super) fn status(&mut self, id: ConnectionId, status: Status) {
        if let Some(Code::CopyUid {
            uid_validity,
            source,
            target,
        }) = &status.code
        {
            self.copy_uid_data(id, *uid_validity, source, target);
        }
        if status.kind == StatusKind::Bye {
            if let Some(connection) = self.connection(id) {
                connection.goodbye = Some(status.text);
            }
            return;
        }
        self.note_confusion(id, &status);
        self.selected_status(id, status);
    }

    /// Dovecot says by these that a session sees what is not there: a mailbox of its LIST, or the open mailbox
    /// after it was made anew. LIST is asked for, and the session renewed behind it.
    pub(super) fn note_confusion(&mut self, id: ConnectionId, status: &Status) {
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let is_lost = connection.is_listing() && status.text.contains("doesn't exist");
        let is_broken = matches!(status.code, Some(Code::ServerBug))
            || status.text.starts_with("Internal error occurred");
        if status.kind == StatusKind::No && (is_lost || is_broken) {
            connection.confused = true;
            account.next_list_ms = 0.0;
        }
    }

    /// Drops a connection that is of no more use.
    pub(super) fn give_up(&mut self, id: ConnectionId, kind: ProblemKind, text: &str) {
        self.effects.push_back(Effect::Close(id));
        self.closed(
            id,
            &CloseReason {
                kind,
                detail: text.to_owned(),
            },
        );
    }

    pub(super) fn closed(&mut self, id: ConnectionId, reason: &CloseReason) {
        let now = self.now;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(lost) = account.connections.remove(&id) else {
            return;
        };
        if lost.phase == Phase::Leaving {
            return;
        }
        let was_ready = lost.phase == Phase::Ready;
        let since_ms = lost.since_ms;
        let text = lost
            .goodbye
            .clone()
            .or_else(|| Some(reason.detail.clone()))
            .filter(|text| !text.is_empty());
        let problem = problem(reason.kind, text);
        let purpose = lost.purpose;
        self.recover_jobs(lost);
        let Some(account) = &mut self.account else {
            return;
        };
        if purpose == Purpose::Work {
            // It is dialled again when it is needed. Where it was not welcome, or did not live long, the
            // watching connection does its work for a while.
            let wait_ms = match (
                was_ready,
                now.monotonic_ms - since_ms > limits::WORK_SETTLED_MS,
            ) {
                (true, true) => 0.0,
                (true, false) => limits::WORK_SETTLED_MS,
                (false, _) => limits::WORK_IDLE_MS,
            };
            account.work_refused_ms = now.monotonic_ms + wait_ms;
            return;
        }
        let final_refusal = matches!(
            problem.kind,
            ProblemKind::WrongPassword
                | ProblemKind::NoSafeLogin
                | ProblemKind::CertificateName
                | ProblemKind::CertificateUnknown
        );
        if !account.accepted || (final_refusal && problem.kind == ProblemKind::WrongPassword) {
            self.refuse(problem);
            return;
        }
        let step = account
            .failures
            .min(limits::BACKOFF_MS.len().saturating_sub(1));
        let wait = limits::BACKOFF_MS.get(step).copied().unwrap_or(10_000.0);
        let jitter = 0.8 + 0.4 * self.random.fraction();
        account.retry_ms = Some(now.monotonic_ms + wait * jitter);
        account.failures = account.failures.saturating_add(1);
        // The first loss is healed before anybody needs to know; the second is told. Silence has been
        // one already: 25 s without an answer.
        let silent = problem.kind == ProblemKind::ServerSilent;
        if !was_ready || final_refusal || silent {
            let since = account
                .offline
                .as_ref()
                .map_or(now.unix_ms, |(since, _)| *since);
            account.offline = Some((since, problem));
        }
    }

    /// Whatever is due by now.
    pub(super) fn keep_time(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        if account
            .no_tabs_ms
            .is_some_and(|since| now_ms >= since + limits::NO_TABS_MS)
        {
            self.drop_account();
            return;
        }
        let silent: Vec<(ConnectionId, Phase)> = account
            .connections
            .values()
            .filter(|one| one.silence_ends_ms().is_some_and(|end| now_ms >= end))
            .map(|one| (one.id, one.phase))
            .collect();
        let idle_work: Vec<ConnectionId> = account
            .connections
            .values()
            .filter(|one| {
                one.purpose == Purpose::Work && one.phase == Phase::Ready && !one.is_waiting()
            })
            .filter(|_| now_ms >= account.work_used_ms + limits::WORK_IDLE_MS)
            .map(|one| one.id)
            .collect();
        let retry = account.retry_ms.is_some_and(|when| now_ms >= when);
        for (id, phase) in silent {
            let kind = if phase == Phase::Dialling {
                ProblemKind::ServerUnreachable
            } else {
                ProblemKind::ServerSilent
            };
            self.give_up(id, kind, "");
        }
        for id in idle_work {
            if let Some(connection) = self.connection(id) {
                connection.phase = Phase::Leaving;
                connection.since_ms = now_ms;
                connection.send(Imap::Logout, Job::Logout, now_ms);
            }
        }
        let Some(account) = &mut self.account else {
            return;
        };
        if retry && account.connection(Purpose::Watch).is_none() {
            self.dial(Purpose::Watch);
        }
        self.show_what_stayed();
        self.poll_if_due();
    }

    /// Tells the live state when it has changed.
    pub(super) fn tell_state(&mut self) {
        let now = self.now;
        let Some(account) = &mut self.account else {
            return;
        };
        if !account.accepted {
            return;
        }
        let heard = account
            .watch()
            .map(|watch| (watch.heard_ms, watch.offers.idle));
        let connected = heard.is_some();
        let state = match (&account.offline, connected) {
            (_, true) => match heard {
                Some((heard_ms, false)) => LiveState::Checked {
                    at_ms: now.unix_ms - (now.monotonic_ms - heard_ms),
                },
                _ => LiveState::Live,
            },
            (None, false) => LiveState::Connecting,
            (Some((since_ms, problem)), false) => LiveState::Offline {
                since_ms: *since_ms,
                retry_ms: account
                    .retry_ms
                    .map(|when| now.unix_ms + (when - now.monotonic_ms)),
                problem: problem.clone(),
            },
        };
        if !account
            .state_sent
            .as_ref()
            .is_some_and(|sent| looks_same(sent, &state))
        {
            account.state_sent = Some(state.clone());
            self.tell_all(Change::Connection(state));
        }
    }
}

/// Two states that people can't tell apart. Two clocks give the time of the next try, which differ
/// by fractions; while that try runs, the last one stands.
fn looks_same(sent: &LiveState, now: &LiveState) -> bool {
    match (sent, now) {
        (LiveState::Checked { at_ms: a }, LiveState::Checked { at_ms: b }) => (a - b).abs() < 900.0,
        (
            LiveState::Offline {
                since_ms: a,
                retry_ms: told,
                problem: p,
            },
            LiveState::Offline {
                since_ms: b,
                retry_ms,
                problem: q,
            },
        ) => {
            let near = match (told, retry_ms) {
                (Some(told), Some(retry)) => (told - retry).abs() < 100.0,
                _ => true,
            };
            a == b && p == q && near
        }
        (sent, now) => sent == now,
    }
}

pub(super) fn problem(kind: ProblemKind, server_text: Option<String>) -> Problem {
    Problem { kind, server_text }
}

/// The server's NO or BAD, in our words.
pub(super) fn refusal(status: &Status) -> Problem {
    let kind = match status.code {
        Some(Code::NonExistent | Code::TryCreate) => ProblemKind::NoMailbox,
        Some(Code::OverQuota) => ProblemKind::OverQuota,
        Some(Code::NoPerm) => ProblemKind::NoPermission,
        Some(Code::AlreadyExists) => ProblemKind::AlreadyExists,
        // Cyrus 3.6 has no code for it.
        _ if status.text.to_ascii_lowercase().contains("over quota") => ProblemKind::OverQuota,
        _ => ProblemKind::Refused,
    };
    problem(
        kind,
        Some(status.text.clone()).filter(|text| !text.is_empty()),
    )
}
