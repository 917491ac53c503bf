//! Work done ahead on other threads, taken back in order: the result does not depend on how many threads there are.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, sync_channel};

/// Tasks under way, oldest first.
#[derive(Debug)]
pub(crate) struct Ahead<T> {
    waiting: VecDeque<Receiver<T>>,
    most: usize,
}

impl<T: Send + 'static> Ahead<T> {
    /// At most `most` results wait at any time, so that memory stays bounded.
    pub fn new(most: usize) -> Self {
        Self { waiting: VecDeque::new(), most }
    }

    /// Whether another task may be started.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < self.most
    }

    /// Starts a task.
    pub fn start(&mut self, task: impl FnOnce() -> T + Send + 'static) {
        let (sender, receiver) = sync_channel(1);
        rayon::spawn(move || {
            // The receiver is gone only when the run has been given up.
            let _ = sender.send(task());
        });
        self.waiting.push_back(receiver);
    }

    /// The result of the oldest task; `None` when none is under way.
    pub fn take(&mut self) -> Option<T> {
        let oldest = self.waiting.pop_front()?;
        Some(oldest.recv().expect("a task of the assessment does not panic"))
    }
}
