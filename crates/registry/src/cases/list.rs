//! Lists of cases, by name, a page at a time.

use super::one::{CASE_COLUMNS, CASE_WIDTH, case_row};
use super::standing::Kinds;
use super::{CaseFilter, CaseRow};
use crate::page::{Page, PageRequest};
use crate::scope::Action;
use crate::store::{Query, text};
use crate::text::{after_prefix, key};
use crate::{Desk, Result};

impl Desk {
    /// The cases that match, by name.
    pub async fn cases(&self, filter: &CaseFilter, page: &PageRequest) -> Result<Page<CaseRow>> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().snapshot().await?;
        let kinds = self.kinds(&mut connection, filter.round.as_deref()).await?;
        let query = Query::new("SELECT ").push(CASE_COLUMNS).push(", r.pack, r.pack_hash, r.kind, c.name_key").push(
            " FROM review_case c JOIN round r ON r.id = c.round LEFT JOIN hamlet m ON m.id = c.hamlet WHERE 1 = 1",
        );
        let mut query = self.matching(query, filter, &kinds)?;
        if let Some([name, id]) = page.key::<2>()? {
            query = query.push(" AND (c.name_key > ").bind(&name).push(" OR (c.name_key = ").bind(&name);
            query = query.push(" AND c.id > ").bind(id).push("))");
        }
        let query = query.push(" ORDER BY c.name_key, c.id LIMIT ").bind(page.reads());
        let found = query
            .all(&mut connection, |row| {
                let (case, posted_until) = case_row(row)?;
                let round = (text(row, CASE_WIDTH)?, text(row, CASE_WIDTH + 1)?, text(row, CASE_WIDTH + 2)?);
                Ok((case, posted_until, round, text(row, CASE_WIDTH + 3)?))
            })
            .await?;
        let page = Page::of(found, page, |(case, _, _, name)| [name.clone(), case.id.clone()]);
        let mut rows = Vec::with_capacity(page.rows.len());
        for (mut case, posted_until, (pack, hash, kind), _) in page.rows {
            case.state = kinds.standing((&pack, &hash, &kind), case.state, posted_until)?;
            rows.push(case);
        }
        Ok(Page { rows, next: page.next })
    }

    /// How many cases match.
    pub async fn count_cases(&self, filter: &CaseFilter) -> Result<i64> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().snapshot().await?;
        let kinds = self.kinds(&mut connection, filter.round.as_deref()).await?;
        let query = Query::new("SELECT COUNT(*) FROM review_case c JOIN round r ON r.id = c.round WHERE 1 = 1");
        self.matching(query, filter, &kinds)?.count(&mut connection).await
    }

    fn matching(&self, mut query: Query, filter: &CaseFilter, kinds: &Kinds) -> Result<Query> {
        query = self.actor.reach.within(query, "c");
        if let Some(round) = &filter.round {
            query = query.push(" AND c.round = ").bind(round);
        }
        if let Some(hamlet) = &filter.hamlet {
            query = query.push(" AND c.hamlet = ").bind(hamlet);
        }
        if let Some(status) = &filter.status {
            query = query.push(" AND c.status = ").bind(status);
        }
        if let Some(decision) = &filter.decision {
            query = query.push(" AND c.decision = ").bind(decision);
        }
        if let Some(typed) = filter.text.as_deref().map(key).filter(|typed| !typed.is_empty()) {
            query = query.push(" AND c.name_key >= ").bind(&typed);
            query = query.push(" AND c.name_key < ").bind(after_prefix(&typed));
        }
        match filter.state {
            Some(state) => kinds.stands(query, state),
            None => Ok(query),
        }
    }
}
