//! What the session says: what it means to the application, and what is to be noted of it.

use super::ConnectionTask;
use crate::calls::{NoAnswer, Report};
use crate::stats::LinkState;
use protocol::{EntryNumber, LinkEvent, Outcome, RequestId, Update};
use session_logs::client::{self, Event};
use std::time::{Duration, Instant};
use wire::v1::{Close, Welcome};

impl ConnectionTask {
    /// Something has happened to the session, or in it.
    pub(super) fn hear(&mut self, event: Event) {
        match event {
            Event::Connected { outcome, welcome } => self.connected(outcome, welcome),
            Event::Disconnected { reason, retry_in } => {
                // The link that never was is still the first.
                if self.stats.state == LinkState::Connected {
                    self.stats.state = LinkState::Disconnected;
                }
                self.stats.last_error = Some(reason.clone());
                let retry_in_ms = milliseconds(retry_in);
                self.told.push(Report::Link(LinkEvent::Disconnected {
                    reason,
                    retry_in_ms,
                }));
            }
            Event::Refused { reason } => self.refused(reason),
            Event::Entry { bytes, .. } => self.entry(&bytes),
            Event::Unanswered { request, why } => match why {
                client::NoAnswer::Lost => self.lost.push(request),
                client::NoAnswer::Expired { sent } => {
                    let link = self.stats.last_error.clone().unwrap_or_default();
                    self.give_up(request, NoAnswer::Expired { sent, link });
                }
            },
            Event::Left => self.left(),
        }
    }

    /// There is nobody to say goodbye to any more.
    pub(super) fn left(&mut self) {
        self.over = true;
        self.stats.state = LinkState::Closed;
        if let Some((left, _)) = self.leaving.take() {
            let _ = left.try_send(());
        }
    }

    fn connected(&mut self, outcome: Outcome, welcome: Welcome) {
        let outcome = match (outcome, &self.epoch) {
            (Outcome::First, None) => Outcome::First,
            (Outcome::Resumed, _) => Outcome::Resumed,
            // Also the first of a client that had to begin anew.
            (_, Some(epoch)) if *epoch == welcome.epoch => Outcome::Rejoined,
            _ => Outcome::Renewed,
        };
        self.stats.reconnects += u64::from(outcome != Outcome::First);
        match outcome {
            Outcome::First => {}
            Outcome::Resumed => self.stats.resumed += 1,
            Outcome::Rejoined => {
                self.stats.rejoined += 1;
                self.encoder.clear();
                self.lose(|| NoAnswer::Lost);
            }
            Outcome::Renewed => {
                self.stats.renewed += 1;
                self.renewals += 1;
                self.encoder.clear();
                // The application gives them all up when it hears of it.
                self.lost.clear();
            }
        }
        self.epoch = Some(welcome.epoch);
        self.stats.state = LinkState::Connected;
        self.told.push(Report::Link(LinkEvent::Connected {
            outcome,
            draining: welcome.draining,
            agent: welcome.agent,
        }));
    }

    fn refused(&mut self, reason: String) {
        self.hang_up(Close::Normal as u16);
        self.stats.state = LinkState::Refused;
        self.stats.last_error = Some(reason.clone());
        self.lose(|| NoAnswer::Refused(reason.clone()));
        self.told.push(Report::Link(LinkEvent::Refused { reason }));
    }

    fn entry(&mut self, bytes: &[u8]) {
        match self.decoder.decode(bytes) {
            Ok(Some(update)) => self.update(update, bytes.len()),
            Ok(None) => {}
            // The session has taken it, and would go on as if nothing were missing.
            Err(error) => {
                self.hang_up(Close::ProtocolError as u16);
                let reason = format!("protocol error: {error}");
                self.session.refused(Instant::now(), &reason);
            }
        }
        let log = self.decoder.left_out().map(Update::Log);
        let report = log.map(|log| Report::Update(Box::new(log)));
        self.told.extend(report);
    }

    fn update(&mut self, update: Update<EntryNumber>, bytes: usize) {
        if let Update::Draining { within_ms } = update {
            let event = LinkEvent::Draining { within_ms };
            self.told.push(Report::Link(event));
            return;
        }
        if let Some(update) = self.session.name_call(update) {
            self.snapshots += u64::from(matches!(update, Update::Snapshot(_)));
            self.told_bytes += bytes;
            self.told.push(Report::Update(Box::new(update)));
        }
    }

    /// A call that won't be answered.
    pub(super) fn give_up(&mut self, request: RequestId, why: NoAnswer) {
        self.told.push(Report::Unanswered { request, why });
    }

    fn lose(&mut self, why: impl Fn() -> NoAnswer) {
        for request in std::mem::take(&mut self.lost) {
            self.give_up(request, why());
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
