//! Prove who we are: which way to sign in, what the server says to it, and the sealed login that a reload finds.

use samma_protocol::imap::command::Command as Imap;
use samma_protocol::imap::response::{Code, Status, StatusKind};
use samma_protocol::sasl::{self, Credentials};
use samma_protocol::secret::Secret;

use super::connecting::problem;
use super::{Account, Engine};
use crate::change::{Change, Problem, ProblemKind};
use crate::command::Login;
use crate::connection::{Job, Offers, Phase, Purpose};
use crate::effect::Effect;
use crate::input::ConnectionId;

impl Engine {
    pub(super) fn sign_in(&mut self, login: Login) {
        self.drop_account();
        // Sealed while the server is asked: a reload right after the sign-in must not ask again.
        self.effects
            .extend(postcard::to_allocvec(&login).ok().map(Effect::Seal));
        self.account = Some(Account::new(login, false));
        self.dial(Purpose::Watch);
    }

    pub(super) fn sign_out(&mut self) {
        self.drop_account();
        self.effects.push_back(Effect::Forget);
        for client in self.clients.values_mut() {
            client.view = None;
            client.reading = None;
        }
        self.tell_all(Change::SignedOut);
    }

    pub(super) fn unsealed(&mut self, login: Option<&[u8]>) {
        if !std::mem::take(&mut self.unsealing) || self.account.is_some() {
            return;
        }
        let login = login.and_then(|bytes| postcard::from_bytes::<Login>(bytes).ok());
        let Some(login) = login else {
            self.tell_all(Change::SignInFailed(problem(ProblemKind::TicketLost, None)));
            return;
        };
        self.tell_all(Change::SignedIn {
            address: login.address.clone(),
            server: login.server.name.clone(),
        });
        self.account = Some(Account::new(login, true));
        self.dial(Purpose::Watch);
    }

    pub(super) fn sealed(&mut self, ticket: Option<Vec<u8>>) {
        if let Some(account) = &mut self.account {
            account.ticket = ticket;
        }
        self.give_ticket();
    }

    /// Hands the sealed login to the tabs, once the server has accepted it.
    pub(super) fn give_ticket(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        if !account.accepted {
            return;
        }
        let keep = account.login.keep;
        if let Some(ticket) = account.ticket.take() {
            self.tell_all(Change::Ticket { ticket, keep });
        }
    }

    /// Sends the login, once it is known which ways the server has.
    pub(super) fn authenticate(&mut self, id: ConnectionId) {
        let nonce = self.random.nonce();
        let Some(account) = &self.account else { return };
        let Some(connection) = account.connections.get(&id) else {
            return;
        };
        let Some(capabilities) = connection.session.capabilities() else {
            self.ask(id, Imap::Capability, Job::Capability, Phase::Capability);
            return;
        };
        let credentials = Credentials::Password {
            user: account.login.user.clone(),
            password: Secret::new(account.login.password.as_str()),
        };
        match sasl::choose(capabilities, &credentials, &nonce) {
            Ok(command) => self.ask(id, command, Job::Authenticate, Phase::Authenticating),
            Err(error) => self.give_up(id, ProblemKind::NoSafeLogin, &error.to_string()),
        }
    }

    /// The tagged answer of something on the way to [`Phase::Ready`].
    pub(super) fn sign_in_step(&mut self, id: ConnectionId, job: &Job, status: &Status) {
        let ok = status.kind == StatusKind::Ok;
        let Some(connection) = self.connection(id) else {
            return;
        };
        match (job, connection.phase) {
            (Job::Capability, Phase::Capability) if connection.session.capabilities().is_some() => {
                self.authenticate(id);
            }
            (Job::Capability, Phase::CapabilityAgain) => self.ready(id),
            (Job::Capability, _) => self.give_up(id, ProblemKind::Broken, &status.text),
            (Job::StartTls, _) => self.give_up(id, ProblemKind::NoSafeLogin, &status.text),
            (Job::Authenticate, _) if ok => self.learn_offers(id),
            (Job::Authenticate, _) => self.login_refused(id, status),
            _ => {}
        }
    }

    pub(super) fn login_refused(&mut self, id: ConnectionId, status: &Status) {
        let kind = match status.code {
            Some(Code::Limit) => ProblemKind::TooManyConnections,
            Some(Code::Unavailable | Code::InUse | Code::ServerBug | Code::ContactAdmin) => {
                ProblemKind::ServerUnreachable
            }
            Some(Code::PrivacyRequired) => ProblemKind::NoSafeLogin,
            _ => ProblemKind::WrongPassword,
        };
        self.give_up(id, kind, &status.text);
    }

    pub(super) fn learn_offers(&mut self, id: ConnectionId) {
        let known = self
            .connection(id)
            .is_some_and(|connection| connection.session.capabilities().is_some());
        if known {
            self.ready(id);
        } else {
            self.ask(
                id,
                Imap::Capability,
                Job::Capability,
                Phase::CapabilityAgain,
            );
        }
    }

    /// Signed in.
    pub(super) fn ready(&mut self, id: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let Some(connection) = self.connection(id) else {
            return;
        };
        connection.phase = Phase::Ready;
        if let Some(offered) = connection.session.capabilities() {
            connection.offers = Offers {
                idle: offered.idle(),
                condstore: offered.condstore(),
                qresync: offered.qresync(),
                enable: offered.enable(),
                list_status: offered.list_status(),
                list_extended: offered.list_extended(),
                special_use: offered.special_use(),
                esearch: offered.esearch(),
                preview: offered.preview(),
                namespace: offered.namespace(),
                notify: offered.notify(),
                move_: offered.move_(),
                uidplus: offered.uidplus(),
                unselect: offered.unselect(),
                acl: offered.acl(),
                metadata: offered.metadata(),
                create_special_use: offered.create_special_use(),
            };
        }
        let offers = connection.offers;
        if offers.enable && offers.qresync {
            connection.send(Imap::Enable(vec!["QRESYNC"]), Job::Enable, now_ms);
        } else if offers.enable && offers.condstore {
            connection.send(Imap::Enable(vec!["CONDSTORE"]), Job::Enable, now_ms);
        }
        if connection.purpose == Purpose::Work {
            return;
        }
        self.accepted();
        self.select_wanted();
        if let Some(account) = &mut self.account {
            account.failures = 0;
            account.offline = None;
            account.retry_ms = None;
            account.next_poll_ms = f64::MAX;
        }
    }

    /// The server took the login.
    pub(super) fn accepted(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        if account.accepted {
            return;
        }
        account.accepted = true;
        let change = Change::SignedIn {
            address: account.login.address.clone(),
            server: account.login.server.name.clone(),
        };
        self.give_ticket();
        self.tell_all(change);
    }

    /// The account can't be opened.
    pub(super) fn refuse(&mut self, problem: Problem) {
        let was_accepted = self
            .account
            .as_ref()
            .is_some_and(|account| account.accepted);
        self.drop_account();
        if was_accepted {
            self.effects.push_back(Effect::Forget);
        }
        self.tell_all(Change::SignInFailed(problem));
    }
}
