//! What people do to messages and folders.

use super::Engine;
use super::connecting::problem;
use crate::change::{Change, ProblemKind, Progress};
use crate::command::{ActionId, MailboxAction, MessageAction, Messages, Which};
use crate::input::ClientId;

impl Engine {
    pub(super) fn act(
        &mut self,
        client: ClientId,
        action: ActionId,
        on: Messages,
        what: MessageAction,
    ) {
        match (what, on.which) {
            (MessageAction::Flags { add, remove }, Which::These(uids)) => {
                self.store_flags(
                    client,
                    action,
                    on.mailbox,
                    on.uid_validity,
                    &uids,
                    add,
                    remove,
                );
            }
            _ => self.not_yet(client, action),
        }
    }

    pub(super) fn organise(&mut self, client: ClientId, action: ActionId, _what: MailboxAction) {
        self.not_yet(client, action);
    }

    pub(super) fn undo(&mut self, client: ClientId, action: ActionId, _undoes: ActionId) {
        self.not_yet(client, action);
    }

    pub(super) fn stop(&mut self, _client: ClientId, _action: ActionId) {}

    fn not_yet(&mut self, client: ClientId, action: ActionId) {
        let problem = problem(ProblemKind::Refused, None);
        let progress = Progress::Refused {
            done: 0,
            of: 0,
            problem,
        };
        self.tell(client, Change::Acted { action, progress });
    }
}
