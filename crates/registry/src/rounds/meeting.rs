//! Village meetings: the votes on every household of the hamlet, counted by the pack's quorum.

use super::view::{MEETING, Where, meeting_of};
use super::{MeetingResult, MeetingView, NewMeeting};
use crate::cases::CaseState;
use crate::cases::records::{MeetingRecord, VoteRecord};
use crate::clock::day_of;
use crate::ledger::Change;
use crate::procedure::{Event, Procedure};
use crate::scope::{Action, Reach};
use crate::store::{MANY, Query, among, insert_all, maybe_int, sql, text};
use crate::text::{name, new_id};
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;
use vuon_policy::process::StepKind;

/// The minutes as they are kept, if the numbers can be right.
fn minutes(meeting: &NewMeeting, opened: Date, today: Date) -> Result<NewMeeting> {
    let wrong = |field: &str, message: &str| Err(RegistryError::invalid(field, message));
    if meeting.held_on > today || meeting.held_on < opened {
        return wrong("held_on", "the meeting is held after the round opened, and not after today");
    }
    let most = i64::from(u32::MAX);
    if !(0..=most).contains(&meeting.invited) || !(0..=meeting.invited).contains(&meeting.present) {
        return wrong("present", "not more can be present than were invited");
    }
    if meeting.votes.iter().any(|vote| !(0..=meeting.present).contains(&vote.agree)) {
        return wrong("votes", "not more can agree than are present");
    }
    Ok(NewMeeting {
        chair: name("chair", &meeting.chair)?,
        secretary: name("secretary", &meeting.secretary)?,
        notes: meeting.notes.trim().to_owned(),
        ..meeting.clone()
    })
}

/// The day on which the last answers of some cases were signed.
async fn surveyed_on(tx: &mut AnyConnection, cases: &[String]) -> Result<Option<Date>> {
    let mut last = None;
    for cases in cases.chunks(MANY) {
        let query = Query::new("SELECT MAX(at) FROM answers WHERE review_case IN ");
        last = last.max(among(query, cases).one(tx, |row| maybe_int(row, 0)).await?);
    }
    Ok(last.map(day_of))
}

impl Desk {
    /// Records a village meeting; so may whoever the pack names for that step, within their part. A case whose votes are enough goes on; another goes back to where the pack says.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when a case of the hamlet that waits for a meeting has no vote, or another has one.
    pub async fn hold_meeting(&self, round: &str, meeting: &NewMeeting) -> Result<String> {
        let hamlet = Some(meeting.hamlet.as_str()).filter(|hamlet| !hamlet.is_empty());
        let (mut tx, round, program) = self.change_round_in(round, Action::HoldMeeting, hamlet).await?;
        let procedure = Procedure::of(&program, &round.kind, self.today())?;
        self.acts_in(&procedure, StepKind::Meeting)?;
        let quorum = procedure.quorum()?;
        let minutes = minutes(meeting, round.opened, self.today())?;
        let whose = if minutes.hamlet.is_empty() { Where::NoHamlet } else { Where::Hamlet(&minutes.hamlet) };
        let waiting = self.ready(&mut tx, &round, CaseState::Meeting, whose).await?;
        if waiting.is_empty() {
            let why = "no case of this hamlet waits for a meeting".into();
            return Err(RegistryError::Illegal { step: "the village meeting", why });
        }
        let ids: Vec<String> = waiting.iter().map(|case| case.id.clone()).collect();
        if minutes.held_on < surveyed_on(&mut tx, &ids).await?.unwrap_or(minutes.held_on) {
            return Err(RegistryError::invalid(
                "held_on",
                "the meeting votes on answers that were signed after this day",
            ));
        }
        let votes: HashMap<&str, i64> = minutes.votes.iter().map(|vote| (vote.case.as_str(), vote.agree)).collect();
        let all = votes.len() == minutes.votes.len() && votes.len() == waiting.len();
        if !all || waiting.iter().any(|case| !votes.contains_key(case.id.as_str())) {
            let message =
                format!("{} cases wait for this meeting: each needs its votes, once, and no other", waiting.len());
            return Err(RegistryError::Invalid { field: "votes".into(), message });
        }
        // The numbers were checked to be within 32 bits.
        let count = |number: i64| u32::try_from(number).unwrap_or(0);
        let mut results = Vec::with_capacity(waiting.len());
        for case in &waiting {
            let agree = votes[case.id.as_str()];
            let carried = quorum.met(Some(count(minutes.invited)), count(minutes.present), count(agree));
            let event = if carried { Event::Agreed } else { Event::NotAgreed };
            results.push(VoteRecord {
                case: case.id.clone(),
                status: case.status.clone(),
                agree,
                carried,
                state: procedure.next(CaseState::Meeting, event)?.id().to_owned(),
            });
        }

        let (id, at) = (new_id(), self.now());
        let record = MeetingRecord { round: round.id.clone(), minutes: minutes.clone(), results };
        let content = ledger::store(&mut tx, &record).await?;
        let row = [
            id.as_str().into(),
            round.id.as_str().into(),
            minutes.hamlet.as_str().into(),
            minutes.held_on.into(),
            minutes.invited.into(),
            minutes.present.into(),
            content.as_str().into(),
            at.into(),
        ];
        insert_all(&mut tx, "meeting (id, round, hamlet, held_on, invited, present, minutes, at)", [row]).await?;
        let votes = record.results.iter().map(|result| {
            [id.as_str().into(), result.case.as_str().into(), result.agree.into(), result.carried.into()]
        });
        insert_all(&mut tx, "vote (meeting, review_case, agree, carried)", votes).await?;
        for carried in [true, false] {
            let cases: Vec<String> =
                record.results.iter().filter(|r| r.carried == carried).map(|r| r.case.clone()).collect();
            let Some(state) = record.results.iter().find(|r| r.carried == carried).map(|r| r.state.as_str()) else {
                continue;
            };
            for cases in cases.chunks(MANY) {
                let query = Query::new("UPDATE review_case SET state = ").bind(state);
                let query = query.push(", repeats = repeats + ").bind(i64::from(!carried));
                let query = query.push(", version = version + 1 WHERE id IN ");
                among(query, cases).run(&mut tx).await?;
            }
        }
        let change = Change { author: &self.actor.id, kind: "meeting", subject: &id, content: &content };
        ledger::append(&mut tx, &round.place.commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// A meeting and its minutes.
    pub async fn meeting(&self, id: &str) -> Result<MeetingView> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let query = Query::new(
            "SELECT g.round, g.minutes, g.hamlet FROM meeting g JOIN round r ON r.id = g.round WHERE g.id = ",
        );
        let mut query = self.actor.reach.within_commune(query.bind(id), "r");
        if let Reach::Hamlet { hamlet, .. } = &self.actor.reach {
            query = query.push(" AND g.hamlet = ").bind(hamlet);
        }
        let (round, minutes) = query.one(&mut tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let record: Option<MeetingRecord> = ledger::content(&mut tx, &minutes).await?;
        let record = record.ok_or(RegistryError::NotFound)?;
        let row = Query::new(MEETING).push(" WHERE g.id = ").bind(id).one(&mut tx, meeting_of).await?;
        let names = sql(
            "SELECT c.id, c.name FROM vote v JOIN review_case c ON c.id = v.review_case WHERE v.meeting = $1",
            [id.into()],
        );
        let names: HashMap<String, String> =
            names.all(&mut tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await?.into_iter().collect();
        let results = record.results.into_iter().map(|result| MeetingResult {
            name: names.get(&result.case).cloned().unwrap_or_default(),
            case: result.case,
            status: result.status,
            agree: result.agree,
            carried: result.carried,
        });
        Ok(MeetingView { row, round, results: results.collect(), minutes: record.minutes })
    }
}
