//! What the engine wants of the browser's vault, asked of one tab after the other until one answers.

use std::collections::VecDeque;

use samma_mailbox::input::{ClientId, Input};

use crate::port::VaultTask;

/// Tasks in their order, one at a time.
#[derive(Debug, Default)]
pub(super) struct Vault {
    tasks: VecDeque<VaultTask>,
    /// Who was asked to do the first task.
    asked: Option<ClientId>,
}

impl Vault {
    /// Puts a task behind those that wait.
    pub(super) fn ask(&mut self, task: VaultTask) {
        self.tasks.push_back(task);
    }

    /// What this tab shall do now. To be asked until `None`.
    pub(super) fn next(&mut self, client: ClientId) -> Option<VaultTask> {
        if self.asked.is_some() {
            return None;
        }
        // Has no answer, and so is done when it is sent.
        if self.tasks.front() == Some(&VaultTask::Forget) {
            return self.tasks.pop_front();
        }
        let task = self.tasks.front()?.clone();
        self.asked = Some(client);
        Some(task)
    }

    /// A tab answered; for the engine, if it was asked.
    pub(super) fn answered(&mut self, client: ClientId, result: Option<Vec<u8>>) -> Option<Input> {
        if self.asked != Some(client) {
            return None;
        }
        self.asked = None;
        match self.tasks.pop_front()? {
            VaultTask::Seal(_) => Some(Input::Sealed(result)),
            VaultTask::Unseal(_) => Some(Input::Unsealed(result)),
            VaultTask::Forget => None,
        }
    }

    /// A tab went away; what it was asked is to be asked of another one.
    pub(super) fn gone(&mut self, client: ClientId) {
        if self.asked == Some(client) {
            self.asked = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_asked_again_of_another_tab_when_the_first_goes() {
        let (first, second) = (ClientId(1), ClientId(2));
        let mut vault = Vault::default();
        vault.ask(VaultTask::Unseal(vec![1]));
        assert_eq!(vault.next(first), Some(VaultTask::Unseal(vec![1])));
        assert_eq!(vault.next(second), None, "one at a time");
        assert!(vault.answered(second, None).is_none(), "it was not asked");
        vault.gone(first);
        assert_eq!(vault.next(second), Some(VaultTask::Unseal(vec![1])));
        let input = vault.answered(second, Some(vec![2]));
        assert!(matches!(input, Some(Input::Unsealed(Some(bytes))) if bytes == [2]));
    }

    #[test]
    fn forgetting_waits_for_what_came_before_and_for_no_answer() {
        let tab = ClientId(1);
        let mut vault = Vault::default();
        vault.ask(VaultTask::Seal(vec![1]));
        vault.ask(VaultTask::Forget);
        vault.ask(VaultTask::Seal(vec![2]));
        assert_eq!(vault.next(tab), Some(VaultTask::Seal(vec![1])));
        assert_eq!(vault.next(tab), None);
        assert!(matches!(
            vault.answered(tab, None),
            Some(Input::Sealed(None))
        ));
        assert_eq!(vault.next(tab), Some(VaultTask::Forget));
        assert_eq!(vault.next(tab), Some(VaultTask::Seal(vec![2])));
    }
}
