//! Groups of households: who leads one, who is in it, whether the commune certified it; and the loans that its fund makes.
//!
//! A group's members are households, each by one person; a person is in one group of a scheme at a time, which the database
//! sees to. The fund goes round: what a member brings back goes to the next in the group's order.

use crate::agreements::{Agreement, said};
use crate::debt::Debt;
use crate::entitled::Entitled;
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::priority::Reached;
use crate::records::{At, Columns, Entered, Filter, Kept, Thing, Written};
use crate::repayment::{Plan, Things};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use vuon_policy::support::{GroupRule, Leader, Scheme};
use vuon_registry::clock::end_of;
use vuon_registry::room::{AnyConnection, Query, Value, among, contents, hold, insert_all, maybe, sql, text};
use vuon_registry::scope::{Action, Place};
use vuon_registry::{RegistryError, Result};

/// Where a group stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupState {
    /// It gathers.
    Forming,
    /// The commune certified it.
    Certified,
    /// It is no more.
    Dissolved,
}

impl GroupState {
    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Forming => "forming",
            Self::Certified => "certified",
            Self::Dissolved => "dissolved",
        }
    }
}

/// A household in a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupMember {
    /// The household.
    pub household: String,
    /// The person who takes part for it.
    pub person: String,
}

/// A group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Group {
    /// The scheme it is for.
    pub scheme: String,
    /// Its name, as the commune certifies it.
    pub name: String,
    /// Who leads it: `organisation`, `cooperative` or `village`.
    pub led_by: String,
    /// The organisation, cooperative or village.
    pub leader: String,
    /// Where.
    pub at: At,
    /// Its members, in the order in which the fund goes round.
    pub members: Vec<GroupMember>,
    /// How many member households were entitled when it was certified, of how many.
    pub entitled: Option<(usize, usize)>,
    /// When it was certified, and by whom.
    #[schema(value_type = Option<(String, String)>)]
    pub certified: Option<(Date, String)>,
    /// Why it was dissolved, and when.
    #[schema(value_type = Option<(String, String)>)]
    pub dissolved: Option<(Date, String)>,
    /// Where it stands.
    pub state: GroupState,
}

impl Thing for Group {
    const KIND: &'static str = "group";

    fn columns(&self) -> Columns {
        Columns {
            at: self.at.clone(),
            scheme: Some(self.scheme.clone()),
            state: self.state.id().to_owned(),
            ..Columns::default()
        }
    }
}

/// A loan of a group's fund to one of its members.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Loan {
    /// The group.
    pub group: String,
    /// The scheme.
    pub scheme: String,
    /// The member.
    pub member: GroupMember,
    /// The year of the capital that the fund was given last.
    pub year: i16,
    /// Where.
    pub at: At,
    /// What comes back.
    pub debt: Debt,
    /// Whether nothing is owed any more.
    pub over: bool,
}

impl Loan {
    /// The day on which it was lent, whatever was agreed on later.
    pub fn lent_on(&self) -> Date {
        self.debt.before.first().map_or(self.debt.terms.from, |(terms, ..)| terms.from)
    }
}

impl Thing for Loan {
    const KIND: &'static str = "loan";

    fn columns(&self) -> Columns {
        Columns {
            // A member has one loan at a time.
            key: (!self.over).then(|| format!("{}/{}", self.group, self.member.household)),
            at: self.at.clone(),
            subject: Some(self.group.clone()),
            household: Some(self.member.household.clone()),
            scheme: Some(self.scheme.clone()),
            year: Some(self.year.into()),
            state: if self.over { "over" } else { "owing" }.to_owned(),
            due: if self.over { None } else { self.debt.next_due() },
        }
    }
}

/// What an officer enters of a new group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// The commune, `list:code`.
    pub commune: String,
    /// The hamlet, where it is of one.
    pub hamlet: Option<String>,
    /// The scheme it is for.
    pub scheme: String,
    /// Its name.
    pub name: String,
    /// Who leads it: `organisation`, `cooperative` or `village`.
    pub led_by: String,
    /// The organisation, cooperative or village.
    pub leader: String,
}

/// A loan as it is agreed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLoan {
    /// The member's household.
    pub household: String,
    /// How much: đồng, or how many things.
    pub amount: i64,
    /// Whether it is of the things in the fund, and not of its money.
    #[serde(default)]
    pub in_things: bool,
    /// When it comes back.
    pub plan: Plan,
}

/// What a group's fund holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fund {
    /// Its money, in đồng.
    pub money: i64,
    /// Its things, as many as there are; nothing where it was given none.
    pub things: Option<Things>,
    /// Its loans.
    pub loans: Vec<Kept<Loan>>,
}

fn illegal(why: impl Into<String>) -> RegistryError {
    RegistryError::Illegal { step: "this step of the group", why: why.into() }
}

impl Office {
    /// A new group; its id.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a scheme that is not for groups, or a leader that it does not allow.
    pub async fn new_group(&self, new: &NewGroup) -> Result<String> {
        self.begins_new()?;
        let rule = group_rule(self.scheme(&new.scheme)?)?;
        let led = Leader::ALL.into_iter().find(|leader| leader.id() == new.led_by);
        if !led.is_some_and(|led| rule.led_by.contains(&led)) {
            let allowed: Vec<&str> = rule.led_by.iter().map(|leader| leader.id()).collect();
            return Err(RegistryError::invalid("led_by", format!("the scheme allows {}", allowed.join(", "))));
        }
        let name = named("name", &new.name)?;
        let leader = named("leader", &new.leader)?;
        let mut tx = self.desk.store().write().await?;
        let place = commune_place(&mut tx, &new.commune, new.hamlet.as_deref()).await?;
        self.actor().may_at(Action::PrepareSupport, &place)?;
        hold(&mut tx, &new.commune).await?;
        let group = Group {
            scheme: new.scheme.clone(),
            name,
            led_by: new.led_by.clone(),
            leader,
            at: At::from(&place),
            members: Vec::new(),
            entitled: None,
            certified: None,
            dissolved: None,
            state: GroupState::Forming,
        };
        let id = self.write_one(&mut tx, Written::new("formed", group)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The groups of a commune within reach as they were at the end of a day, by id; without those that were formed later.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn groups_on(&self, commune: &str, on: Date) -> Result<HashMap<String, Group>> {
        self.actor().may(Action::ReadPeople)?;
        let filter = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
        let mut connection = self.desk.store().read().await?;
        let ids: Vec<String> =
            self.find::<Group>(&mut connection, &filter).await?.into_iter().map(|kept| kept.id).collect();
        let mut last = HashMap::new();
        for ids in ids.chunks(vuon_registry::room::MANY) {
            let query = Query::new("SELECT subject, content FROM entry WHERE kind = ").bind(Group::KIND);
            let query = query.push(" AND at <= ").bind(end_of(on));
            // The last entry about a group by then tells what it was.
            let query = among(query.push(" AND subject IN "), ids).push(" ORDER BY at, seq");
            last.extend(query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
        }
        let hashes: Vec<String> = last.values().cloned().collect();
        let entered = contents::<Entered<Group>>(&mut connection, &hashes).await?;
        let as_it_was = |(id, hash): (String, String)| {
            let gone = || RegistryError::Damaged { what: format!("the group {id} has no content") };
            Ok((id.clone(), entered.get(&hash).ok_or_else(gone)?.thing.clone()))
        };
        last.into_iter().map(as_it_was).collect()
    }

    /// A household joins, by one of its members; the last in the fund's order.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the household is of another commune, is in the group, or the person is in another
    /// group of the scheme.
    pub async fn join_group(&self, group: &str, version: i64, member: &GroupMember) -> Result<()> {
        self.actor().may(Action::PrepareSupport)?;
        let (mut tx, kept) = self.change_thing::<Group>(group, version).await?;
        not_dissolved(&kept)?;
        let found = sql(
            "SELECT h.commune FROM person p JOIN household h ON h.id = p.household WHERE p.id = $1 AND h.id = $2 \
             AND h.closed IS NULL",
            [member.person.as_str().into(), member.household.as_str().into()],
        );
        let commune = found.one(&mut tx, |row| text(row, 0)).await?;
        if kept.thing.at.commune.as_ref() != Some(&commune) {
            return Err(illegal("the household lives in another commune"));
        }
        if kept.thing.members.iter().any(|own| own.household == member.household) {
            return Err(illegal("the household is in the group already"));
        }
        let row: [Value; 3] = [kept.thing.scheme.as_str().into(), member.person.as_str().into(), group.into()];
        insert_all(&mut tx, "group_member (scheme, person, support_group)", [row])
            .await
            .map_err(|_| illegal("the person is in another group of this kind already"))?;
        let mut next = kept.thing.clone();
        next.members.push(member.clone());
        if next.state == GroupState::Certified {
            self.holds_rule(&mut tx, &next).await?;
        }
        self.write_one(&mut tx, kept.next("joined", next)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A household leaves.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] while it owes the fund something.
    pub async fn leave_group(&self, group: &str, version: i64, household: &str) -> Result<()> {
        self.actor().may(Action::PrepareSupport)?;
        let (mut tx, kept) = self.change_thing::<Group>(group, version).await?;
        if self.loans_of(&mut tx, group).await?.iter().any(|l| !l.thing.over && l.thing.member.household == household) {
            return Err(illegal("the household still owes the group's fund"));
        }
        let mut next = kept.thing.clone();
        let place = next.members.iter().position(|own| own.household == household).ok_or(RegistryError::NotFound)?;
        let member = next.members.remove(place);
        // Of a scheme that the pack of today does not have nobody is entitled, and nobody is held.
        if next.state == GroupState::Certified && self.scheme(&next.scheme).is_ok() {
            self.holds_rule(&mut tx, &next).await?;
        }
        left(&mut tx, group, Some(&member.person)).await?;
        self.write_one(&mut tx, kept.next("left", next)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The chair certifies a group: enough members, enough of them entitled.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] which says what is missing; also where the law's text was not found for the number.
    pub async fn certify_group(&self, group: &str, version: i64) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        self.begins_new()?;
        let (mut tx, kept) = self.change_thing::<Group>(group, version).await?;
        if kept.thing.state != GroupState::Forming {
            return Err(illegal("it is certified, or dissolved"));
        }
        let (entitled, members) = self.holds_rule(&mut tx, &kept.thing).await?;
        let next = Group {
            state: GroupState::Certified,
            entitled: Some((entitled, members)),
            certified: Some((self.desk.today(), self.actor().id.clone())),
            ..kept.thing.clone()
        };
        self.write_one(&mut tx, kept.next("certified", next)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes sure that a group is what its scheme's rule wants today; how many member households are entitled, of how many.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] which says what is missing; also where the law's text was not found for the number.
    pub(crate) async fn holds_rule(&self, tx: &mut AnyConnection, group: &Group) -> Result<(usize, usize)> {
        let gone = |_| illegal("the pack of today does not have the scheme of the group");
        let rule = group_rule(self.scheme(&group.scheme).map_err(gone)?)?;
        let (Some(least), Some(share)) = (rule.least_members, rule.entitled_share) else {
            return Err(illegal("the least number of members, or their share, was not found in the law's text"));
        };
        let Present { members, entitled, .. } = self.present_members(tx, group).await?;
        if i64::try_from(members).unwrap_or(i64::MAX) < least {
            return Err(illegal(format!("it has {members} members; the rule wants at least {least}")));
        }
        let enough = i128::try_from(entitled).unwrap_or(0) * i128::from(share.denominator())
            >= i128::try_from(members).unwrap_or(0) * i128::from(share.numerator());
        if !enough {
            let why = format!("{entitled} of {members} member households are entitled; the rule wants {share} of them");
            return Err(illegal(why));
        }
        Ok((entitled, members))
    }

    /// The chair dissolves a group. What is in its fund comes back to the capital it was given from.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] while a member owes something, or an agreement of the group is open.
    pub async fn dissolve_group(&self, group: &str, version: i64, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = said(why)?;
        let (mut tx, kept) = self.change_thing::<Group>(group, version).await?;
        not_dissolved(&kept)?;
        if self.loans_of(&mut tx, group).await?.iter().any(|loan| !loan.thing.over) {
            return Err(illegal("members still owe the group's fund"));
        }
        let agreements = self.agreements_of_group(&mut tx, group).await?;
        if agreements.iter().any(|agreement| agreement.thing.state.is_open()) {
            return Err(illegal("an agreement of the group is open"));
        }
        let accounts = [Account::GroupFund(group.to_owned()), Account::Things(group.to_owned())];
        let held = self.balances(&mut tx, &accounts).await?;
        let mut money = Vec::new();
        for ((from, amount), in_things) in accounts.into_iter().zip(held).zip([false, true]) {
            let Some(given) = given_last(&agreements, in_things).filter(|_| amount > 0) else { continue };
            let owner = given.budget.owner();
            let (event, to) = match in_things {
                false => (Event::ReturnFund, Account::Returned(owner)),
                true => (Event::ReturnThings, Account::Things(owner)),
            };
            money.push(Transfer { event, from, to, amount, key: format!("{}/{group}", event.id()) });
        }
        left(&mut tx, group, None).await?;
        let (chain, today) = (kept.thing.at.chain().to_owned(), self.desk.today());
        let next = Group { state: GroupState::Dissolved, dissolved: Some((today, why)), ..kept.thing.clone() };
        self.write_one(&mut tx, kept.next("dissolved", next)).await?;
        self.transfer(&mut tx, &chain, today, vec![(group.to_owned(), money)]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The fund lends to a member; the loan's id. Whose turn it is, is the next of the group's order who has no loan and has
    /// had the fewest.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when it is another member's turn, or the fund has less.
    pub async fn lend_from_group(&self, group: &str, version: i64, new: &NewLoan) -> Result<String> {
        self.actor().may(Action::DecideSupport)?;
        let (mut tx, kept) = self.change_thing::<Group>(group, version).await?;
        if kept.thing.state != GroupState::Certified {
            return Err(illegal("the commune has not certified the group"));
        }
        let loans = self.loans_of(&mut tx, group).await?;
        let next = next_in_turn(&kept.thing, &loans).ok_or_else(|| illegal("every member has a loan"))?;
        if next.household != new.household {
            return Err(illegal("it is the turn of another member of the group's list"));
        }
        let agreements = self.agreements_of_group(&mut tx, group).await?;
        let given = given_last(&agreements, new.in_things);
        let given = given.ok_or_else(|| illegal("the group's fund was given nothing of the kind"))?;
        let lent = given.given().with_units(new.amount);
        let great = || RegistryError::invalid("amount", "the amount is too great");
        let amount = lent.worth(new.amount).ok_or_else(great)?;
        let rules = match self.scheme(&kept.thing.scheme) {
            Ok(scheme) => self.lending_rules(scheme)?,
            // The pack of today does not have it: as it was when the fund was given.
            Err(_) => given
                .lends
                .clone()
                .ok_or_else(|| illegal("on what terms the fund lends was not known when it was given"))?,
        };
        let today = self.desk.today();
        let mut debt = Debt::planned(lent, today, new.plan.clone(), &rules)?;
        debt.begun = true;
        let (at, scheme, year) = (kept.thing.at.clone(), kept.thing.scheme.clone(), given.budget.year);
        let loan = Loan { group: group.to_owned(), scheme: scheme.clone(), member: next, year, at, debt, over: false };
        let id = self.write_one(&mut tx, Written::new("lent", loan)).await?;
        let transfer = |event: Event, from: Account, to: Account| Transfer {
            event,
            from,
            to,
            amount,
            key: format!("{}/{id}", event.id()),
        };
        let lent = Account::Lent(scheme);
        let (event, fund) = match new.in_things {
            false => (Event::LendFromGroup, Account::GroupFund(group.to_owned())),
            true => (Event::LendThings, Account::Things(group.to_owned())),
        };
        let money =
            vec![transfer(event, fund, lent.clone()), transfer(Event::Lend, lent, Account::Obligation(id.clone()))];
        let chain = kept.thing.at.chain().to_owned();
        self.transfer(&mut tx, &chain, today, vec![(id.clone(), money)]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// What is in a group's fund, and its loans.
    pub async fn group_fund(&self, group: &str) -> Result<Fund> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let kept: Kept<Group> = self.load(&mut connection, group).await?;
        let accounts = [Account::GroupFund(kept.id.clone()), Account::Things(kept.id)];
        let held = self.balances(&mut connection, &accounts).await?;
        let agreements = self.agreements_of_group(&mut connection, group).await?;
        let given = given_last(&agreements, true).and_then(|agreement| agreement.things.clone());
        // All things of a fund are of one kind and value.
        let things = given.map(|things| Things { count: held[1] / things.value_each.max(1), ..things });
        Ok(Fund { money: held[0], things, loans: self.loans_of(&mut connection, group).await? })
    }

    /// The things of a group's fund are of one kind and value, so that what comes back can go to the next.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] for things of another kind or value than the group was given before.
    pub(crate) async fn as_before(&self, tx: &mut AnyConnection, group: &str, things: &Things) -> Result<()> {
        let agreements = self.agreements_of_group(tx, group).await?;
        let given = agreements.iter().filter(|kept| kept.thing.state.is_open() || kept.thing.paid() > 0);
        if given.filter_map(|kept| kept.thing.things.as_ref()).any(|other| !other.is_like(things)) {
            return Err(illegal("the things of a group's fund are of one kind and value"));
        }
        Ok(())
    }

    async fn agreements_of_group(&self, tx: &mut AnyConnection, group: &str) -> Result<Vec<Kept<Agreement>>> {
        self.find(tx, &Filter { subject: Some(group.to_owned()), ..Filter::default() }).await
    }

    /// How many of a group's member households are entitled to its scheme today, of how many that are still there.
    pub async fn entitled_in_group(&self, group: &str) -> Result<(usize, usize)> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let kept: Kept<Group> = self.load(&mut connection, group).await?;
        let present = self.present_members(&mut connection, &kept.thing).await?;
        Ok((present.entitled, present.members))
    }

    pub(crate) async fn loans_of(&self, connection: &mut AnyConnection, group: &str) -> Result<Vec<Kept<Loan>>> {
        self.find(connection, &Filter { subject: Some(group.to_owned()), ..Filter::default() }).await
    }

    /// A group's member households as they are today.
    pub(crate) async fn present_members(&self, tx: &mut AnyConnection, group: &Group) -> Result<Present> {
        let mut present = Present::default();
        for household in there(tx, group).await? {
            present.members += 1;
            // Of a scheme that the pack of today does not have nobody is entitled.
            if self.scheme(&group.scheme).is_err() {
                continue;
            }
            let (standing, priority) = self.standing_with(tx, &household, &group.scheme).await?;
            present.entitled += usize::from(standing[0].entitled == Entitled::Yes);
            present.reached.add(priority);
        }
        Ok(present)
    }
}

/// The member households that are still there: neither ended nor moved out of the group's commune. The others are members in
/// name until they leave, and count for nothing.
#[derive(Default)]
pub(crate) struct Present {
    /// How many.
    pub members: usize,
    /// How many of them are entitled to the group's scheme.
    pub entitled: usize,
    /// Which of them come first.
    pub reached: Reached,
}

/// The member households of a group that are still there, in the order of the fund.
pub(crate) async fn there(connection: &mut AnyConnection, group: &Group) -> Result<Vec<String>> {
    let members: Vec<String> = group.members.iter().map(|member| member.household.clone()).collect();
    if members.is_empty() {
        return Ok(members);
    }
    let query =
        Query::new("SELECT id FROM household WHERE closed IS NULL AND commune = ").bind(group.at.commune.clone());
    let query = among(query.push(" AND id IN "), &members);
    let found: HashSet<String> = query.all(connection, |row| text(row, 0)).await?.into_iter().collect();
    Ok(members.into_iter().filter(|household| found.contains(household)).collect())
}

/// The agreement from which a group was given money, or things, last.
fn given_last(agreements: &[Kept<Agreement>], in_things: bool) -> Option<&Agreement> {
    let mut given = agreements.iter().map(|kept| &kept.thing);
    given.rfind(|agreement| agreement.paid() > 0 && agreement.things.is_some() == in_things)
}

/// Whose turn it is: of those without a loan who had the fewest, the first of the list.
pub fn next_in_turn(group: &Group, loans: &[Kept<Loan>]) -> Option<GroupMember> {
    let of = |member: &&GroupMember| {
        let own = loans.iter().filter(|loan| loan.thing.member.household == member.household);
        own.fold((0, false), |(had, owes), loan| (had + 1, owes || !loan.thing.over))
    };
    let free = group.members.iter().filter(|member| !of(member).1);
    free.min_by_key(|member| of(member).0).cloned()
}

fn not_dissolved(kept: &Kept<Group>) -> Result<()> {
    if kept.thing.state == GroupState::Dissolved { Err(illegal("it is dissolved")) } else { Ok(()) }
}

fn group_rule(scheme: &Scheme) -> Result<&GroupRule> {
    scheme.group.as_ref().ok_or_else(|| RegistryError::invalid("scheme", "it is not for groups"))
}

pub(crate) fn named(field: &str, text: &str) -> Result<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 120 {
        return Err(RegistryError::invalid(field, "a name of 1 to 120 letters is needed"));
    }
    Ok(name)
}

async fn left(tx: &mut AnyConnection, group: &str, person: Option<&str>) -> Result<()> {
    let query = Query::new("DELETE FROM group_member WHERE support_group = ").bind(group);
    let query = match person {
        Some(person) => query.push(" AND person = ").bind(person),
        None => query,
    };
    query.run(tx).await.map(|_| ())
}

/// The place of a commune, and of a hamlet of it.
pub(crate) async fn commune_place(tx: &mut AnyConnection, commune: &str, hamlet: Option<&str>) -> Result<Place> {
    if let Some(hamlet) = hamlet {
        let of = sql("SELECT COUNT(*) FROM hamlet WHERE id = $1 AND commune = $2", [hamlet.into(), commune.into()]);
        if of.count(tx).await? == 0 {
            return Err(RegistryError::NotFound);
        }
    }
    sql("SELECT province, district FROM area WHERE id = $1 AND level = 'commune'", [commune.into()])
        .one(tx, |row| {
            let (province, district) = (text(row, 0)?, maybe(row, 1)?);
            Ok(Place { province, district, commune: commune.to_owned(), hamlet: hamlet.map(str::to_owned) })
        })
        .await
}
