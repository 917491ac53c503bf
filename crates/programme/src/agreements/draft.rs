//! Drawing an agreement up: who is entitled, how much, in which parts, on what terms.

use super::exclusions::Wanted;
use super::{AgreedPart, Agreement, AgreementState, Budget, PartState, Recipient};
use crate::debt::{Debt, LendingRules};
use crate::entitled::{Entitled, SchemeStanding, unpayable};
use crate::groups::{Group, GroupState, named};
use crate::money::entered;
use crate::office::Office;
use crate::priority::{Keys, Reached};
use crate::records::{At, Kept, Written, place_of};
use crate::repayment::{Lent, Plan, Things};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::support::{Beneficiary, Modality, Rate, Scheme};
use vuon_registry::room::{AnyConnection, hold};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// What an officer enters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// The scheme.
    pub scheme: String,
    /// Who receives it.
    pub recipient: Recipient,
    /// The year of the budget.
    pub year: i16,
    /// What it is for, in a few words; no names.
    pub purpose: String,
    /// What is given, in đồng; of things their value.
    pub amount: i64,
    /// The things that repayable support is given as and comes back in; money when absent.
    #[serde(default)]
    pub things: Option<Things>,
    /// What the beneficiary adds, in đồng.
    pub own_share: i64,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day to reach each part, in the order of the scheme's milestones; one day where it has none.
    #[schema(value_type = Vec<String>)]
    pub due: Vec<Date>,
    /// When it comes back, for repayable support.
    pub plan: Option<Plan>,
}

/// Why the recipient is entitled.
struct Grounds {
    /// What decided, Vietnamese and English.
    because: Vec<[String; 2]>,
    /// The article.
    source: String,
    /// Whether it was read there.
    verified: bool,
    /// Whom it reaches.
    reached: Reached,
}

fn invalid(field: &str, message: impl Into<String>) -> RegistryError {
    RegistryError::invalid(field, message)
}

fn illegal(why: impl Into<String>) -> RegistryError {
    RegistryError::Illegal { step: "an agreement", why: why.into() }
}

impl Office {
    /// Draws an agreement up; its id.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the recipient is not entitled (or it is not known), has something that excludes it,
    /// had it too lately, or the scheme's amount is not known; [`RegistryError::Invalid`] for amounts, days and terms that
    /// the scheme does not allow; [`RegistryError::Exists`] while another agreement of the scheme is open.
    pub async fn draw_up(&self, new: &NewAgreement) -> Result<String> {
        self.actor().may(Action::PrepareSupport)?;
        let mut tx = self.desk.store().write().await?;
        let at = self.recipient_at(&mut tx, &new.recipient).await?;
        hold(&mut tx, at.chain()).await?;
        // The household may have moved while the chain was waited for.
        if self.recipient_at(&mut tx, &new.recipient).await? != at {
            return Err(RegistryError::ChangedSince);
        }
        let written = Written::new("drawn_up", self.drawn_up(&mut tx, new, at.clone()).await?);
        self.all_in_turn(&mut tx, std::slice::from_ref(&written)).await?;
        let ids = self.write(&mut tx, at.chain(), vec![written]).await?;
        tx.commit().await?;
        ids.into_iter().next().ok_or(RegistryError::NotFound)
    }

    /// Draws many agreements of one commune up in one transaction, all or none; their ids.
    ///
    /// # Errors
    /// As [`draw_up`](Self::draw_up), for the first that cannot be.
    pub async fn draw_up_all(&self, commune: &str, new: &[NewAgreement]) -> Result<Vec<String>> {
        self.actor().may(Action::PrepareSupport)?;
        let mut tx = self.desk.store().write().await?;
        hold(&mut tx, commune).await?;
        let mut written: Vec<Written<Agreement>> = Vec::with_capacity(new.len());
        let mut schemes_of: HashMap<String, Vec<String>> = HashMap::with_capacity(new.len());
        for new in new {
            let at = self.recipient_at(&mut tx, &new.recipient).await?;
            if at.commune.as_deref() != Some(commune) {
                return Err(RegistryError::NotFound);
            }
            let agreement = self.drawn_up(&mut tx, new, at).await?;
            let scheme = self.scheme(&agreement.scheme)?;
            let others = schemes_of.entry(agreement.recipient.key()).or_default();
            if let Some(other) = others.iter().find(|other| self.excludes(scheme, other)) {
                return Err(illegal(format!("{other} and {} exclude each other", agreement.scheme)));
            }
            others.push(agreement.scheme.clone());
            written.push(Written::new("drawn_up", agreement));
        }
        self.all_in_turn(&mut tx, &written).await?;
        let ids = self.write(&mut tx, commune, written).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// What is drawn up follows the approved ranking already: the chair is not the first to find out.
    async fn all_in_turn(&self, tx: &mut AnyConnection, written: &[Written<Agreement>]) -> Result<()> {
        let draft = |new: &Written<Agreement>| Kept { id: new.id.clone(), version: 0, thing: new.thing.clone() };
        let drafts: Vec<Kept<Agreement>> = written.iter().map(draft).collect();
        self.each_in_turn(tx, &drafts).await
    }

    async fn recipient_at(&self, tx: &mut AnyConnection, recipient: &Recipient) -> Result<At> {
        match recipient {
            Recipient::Household(household) | Recipient::Member { household, .. } => {
                let place = place_of(tx, household).await?;
                self.actor().may_at(Action::PrepareSupport, &place)?;
                Ok(At::from(&place))
            }
            Recipient::Group(group) => Ok(self.load::<Group>(tx, group).await?.thing.at),
        }
    }

    async fn drawn_up(&self, tx: &mut AnyConnection, new: &NewAgreement, at: At) -> Result<Agreement> {
        self.begins_new()?;
        let scheme = self.scheme(&new.scheme)?.clone();
        if let Some([_, why]) = unpayable(&scheme) {
            return Err(illegal(format!("nothing can be agreed under this scheme: {why}")));
        }
        let Grounds { because, source, verified, reached } = self.entitlement_of(tx, &scheme, &new.recipient).await?;
        self.within_project(tx, &scheme, new).await?;
        let wanted = Wanted { scheme: &scheme, recipient: &new.recipient, year: new.year, from: new.from };
        if let Some(obstacle) = self.obstacle(tx, wanted).await? {
            return Err(obstacle.into());
        }
        let most = most(&scheme)?;
        let today = self.desk.today();
        check_amounts(&scheme, new, most)?;
        let things = new.things.as_ref().map(|things| checked_things(&scheme, things, new.amount)).transpose()?;
        if let (Recipient::Group(group), Some(things)) = (&new.recipient, &things) {
            self.as_before(tx, group, things).await?;
        }
        if new.from < today {
            return Err(invalid("from", "an agreement begins today or later"));
        }
        let parts = parts(&scheme, new)?;
        let paid_until = parts.iter().map(|part| part.due).max().unwrap_or(new.from);
        let longest = scheme.community.as_ref().map(|rule| rule.longest_months);
        if let Some(months) = longest.filter(|months| paid_until > new.from.saturating_add(months.months())) {
            return Err(invalid("due", format!("a project of the community takes at most {months} months")));
        }
        if paid_until.year() > new.year + 1 {
            return Err(invalid("due", "capital of a year is paid by the end of the year after"));
        }
        let debt = self.debt(&scheme, new, things.clone())?;
        let unit = at.commune.clone().ok_or(RegistryError::NotFound)?;
        let purpose = new.purpose.trim();
        if purpose.is_empty() || purpose.chars().count() > 200 {
            return Err(invalid("purpose", "say in at most 200 letters what it is for"));
        }
        let agreement = Agreement {
            pack: self.program.pack.id.value.clone(),
            pack_hash: self.program.hash.clone(),
            scheme: new.scheme.clone(),
            modality: scheme.modality.id().to_owned(),
            lends: self.lends(&scheme, &new.recipient),
            recipient: new.recipient.clone(),
            at,
            budget: Budget { unit, scheme: new.scheme.clone(), year: new.year },
            purpose: purpose.to_owned(),
            most,
            amount: new.amount,
            things,
            own_share: new.own_share,
            from: new.from,
            until: paid_until,
            parts,
            debt,
            because,
            source,
            verified,
            reached,
            state: AgreementState::Draft,
            approved: None,
            ended: None,
            reclaimed: 0,
        };
        agreement.covering()
    }

    async fn entitlement_of(&self, tx: &mut AnyConnection, scheme: &Scheme, recipient: &Recipient) -> Result<Grounds> {
        let entitled = |[standing, english]: &[SchemeStanding; 2], entitled: Entitled, priority: Keys| match entitled {
            Entitled::Yes => Ok(Grounds {
                because: standing
                    .because
                    .iter()
                    .cloned()
                    .zip(english.because.iter().cloned())
                    .map(|(vi, en)| [vi, en])
                    .collect(),
                source: standing.source.clone(),
                verified: standing.verified,
                reached: Reached::one(priority),
            }),
            Entitled::No => Err(illegal("the household is not entitled to this scheme")),
            Entitled::Unknown => Err(illegal(format!(
                "it is not known whether the household is entitled; still to be answered: {}",
                standing.missing.join("; ")
            ))),
        };
        match (recipient, scheme.beneficiary) {
            (Recipient::Household(household), Beneficiary::Household) => {
                let (standing, priority) = self.standing_with(tx, household, &scheme.id.value).await?;
                entitled(&standing, standing[0].entitled, priority)
            }
            (Recipient::Member { household, person }, Beneficiary::Member) => {
                let (standing, priority) = self.standing_with(tx, household, &scheme.id.value).await?;
                let member = standing[0].members.iter().find(|(id, _)| id == person).ok_or(RegistryError::NotFound)?;
                entitled(&standing, member.1, priority)
            }
            (Recipient::Group(group), Beneficiary::Group) => {
                let Kept { id, thing: group, .. } = self.load::<Group>(tx, group).await?;
                if group.state != GroupState::Certified || group.scheme != scheme.id.value {
                    return Err(illegal("the commune has not certified the group for this scheme"));
                }
                if scheme.community.is_some() && self.approved_project(tx, &id).await?.is_none() {
                    return Err(illegal("the group's project has not been approved"));
                }
                let rule = scheme.group.as_ref().ok_or(RegistryError::NotFound)?;
                self.holds_rule(tx, &group).await?;
                let source = vuon_policy::explain::cite(&self.program, &rule.source, Language::Vi);
                let reached = self.present_members(tx, &group).await?.reached;
                Ok(Grounds { because: Vec::new(), source, verified: rule.source.verified, reached })
            }
            _ => Err(invalid("recipient", format!("this scheme is for a {}", scheme.beneficiary.id()))),
        }
    }

    /// What a group receives for its project is what the village planned: no more, and not after it.
    async fn within_project(&self, tx: &mut AnyConnection, scheme: &Scheme, new: &NewAgreement) -> Result<()> {
        let (Recipient::Group(group), Some(_)) = (&new.recipient, &scheme.community) else { return Ok(()) };
        let Some(project) = self.approved_project(tx, group).await? else { return Ok(()) };
        let Some((given, until)) = project.thing.planned() else { return Ok(()) };
        if new.amount > given {
            return Err(invalid(
                "amount",
                format!("the approved project plans {given} đồng without the village's own part"),
            ));
        }
        if new.due.iter().any(|due| *due > until) {
            return Err(invalid("due", format!("the approved project ends on {until}")));
        }
        Ok(())
    }

    /// What comes back, under the scheme's rules.
    fn debt(&self, scheme: &Scheme, new: &NewAgreement, things: Option<Things>) -> Result<Option<Debt>> {
        // What a group gets as its fund it lends to its members; each of them owes a loan of its own.
        if !scheme.modality.is_repaid() || matches!(new.recipient, Recipient::Group(_)) {
            return Ok(None);
        }
        let plan = new.plan.clone().ok_or_else(|| invalid("plan", "say when it comes back"))?;
        let lent = things.map_or(Lent::Money(new.amount), Lent::Things);
        Debt::planned(lent, new.from, plan, &self.lending_rules(scheme)?).map(Some)
    }

    /// What a scheme says of what is lent under it.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the law's text was not found for the rate.
    pub(crate) fn lending_rules(&self, scheme: &Scheme) -> Result<LendingRules> {
        let unknown = || illegal("the interest of this scheme was not found in the law's text");
        let terms = scheme.repayment.as_ref().ok_or_else(unknown)?;
        let rate = self.rate(&terms.rate).ok_or_else(unknown)?;
        // Without interest there is none on what is overdue either.
        let free = Some(Exact::whole(1)).filter(|_| rate == Exact::whole(0));
        let overdue_times = terms.overdue_times.or(free).ok_or_else(unknown)?;
        let (rate, overdue_times) = (rate.to_string(), overdue_times.to_string());
        Ok(LendingRules { rate, overdue_times, longest_months: terms.longest_months })
    }

    /// On what terms a group will lend what it is given, as far as that is known.
    fn lends(&self, scheme: &Scheme, recipient: &Recipient) -> Option<LendingRules> {
        let is_fund = scheme.modality == Modality::Revolving && matches!(recipient, Recipient::Group(_));
        if is_fund { self.lending_rules(scheme).ok() } else { None }
    }

    fn rate(&self, rate: &Rate) -> Option<Exact> {
        match rate {
            Rate::PerYear(rate) => *rate,
            Rate::Times { scheme, times } => {
                let other = self.scheme(&scheme.value).ok()?.repayment.as_ref()?;
                self.rate(&other.rate)?.times(*times)
            }
        }
    }
}

fn most(scheme: &Scheme) -> Result<i64> {
    let (most, _) = scheme.most().ok_or(RegistryError::NotFound)?;
    Ok(most.numerator() / most.denominator())
}

fn check_amounts(scheme: &Scheme, new: &NewAgreement, most: i64) -> Result<()> {
    if new.amount <= 0 || new.own_share < 0 {
        return Err(invalid("amount", "amounts are above 0 đồng"));
    }
    if new.own_share > 0 {
        entered("own_share", new.own_share)?;
    }
    if new.amount > most {
        return Err(invalid("amount", format!("the scheme gives at most {most} đồng")));
    }
    let Some(share) = scheme.own_share else { return Ok(()) };
    // own / (own + given) >= share, in whole numbers.
    let cost = i128::from(new.own_share) + i128::from(new.amount);
    if i128::from(new.own_share) * i128::from(share.denominator()) < cost * i128::from(share.numerator()) {
        return Err(invalid("own_share", format!("the beneficiary bears at least {share} of the cost")));
    }
    Ok(())
}

/// Things as they are agreed: of a scheme that is brought back, and worth what the agreement says.
fn checked_things(scheme: &Scheme, things: &Things, amount: i64) -> Result<Things> {
    if !scheme.modality.is_repaid() {
        return Err(invalid("things", "things are agreed where they come back: this scheme gives money"));
    }
    if things.count <= 0 || things.value_each <= 0 {
        return Err(invalid("things", "how many, and the value of one, are above 0"));
    }
    match things.count.checked_mul(things.value_each) {
        Some(worth) if worth == amount => {}
        Some(worth) => return Err(invalid("amount", format!("the things are worth {worth} đồng"))),
        None => return Err(invalid("amount", "the amount is too great")),
    }
    let (what, unit) = (named("what", &things.what)?, named("unit", &things.unit)?);
    Ok(Things { what, unit, ..things.clone() })
}

/// The parts, whose amounts add up exactly: each the whole đồng of its share, the last with what is left over.
fn parts(scheme: &Scheme, new: &NewAgreement) -> Result<Vec<AgreedPart>> {
    let part = |id: &str, label: [String; 2], amount: i64, due: Date, wants: Vec<String>, if_missed: &str| AgreedPart {
        id: id.to_owned(),
        label,
        amount,
        due,
        wants,
        if_missed: if_missed.to_owned(),
        state: PartState::Waiting,
        evidence: Vec::new(),
        extended: Vec::new(),
    };
    let wanted = scheme.milestones.len().max(1);
    if new.due.len() != wanted {
        return Err(invalid("due", format!("{wanted} days are needed, one for each part")));
    }
    if new.due.windows(2).any(|days| days[0] > days[1]) || new.due.iter().any(|day| *day < new.from) {
        return Err(invalid("due", "the days follow each other and the first day of the agreement"));
    }
    if scheme.milestones.is_empty() {
        let label = ["Toàn bộ".to_owned(), "All of it".to_owned()];
        return Ok(vec![part("whole", label, new.amount, new.due[0], vec!["signature".to_owned()], "stop")]);
    }
    let mut left = new.amount;
    let last = scheme.milestones.len() - 1;
    let mut parts = Vec::with_capacity(scheme.milestones.len());
    for (place, (milestone, due)) in scheme.milestones.iter().zip(&new.due).enumerate() {
        let share = i128::from(new.amount) * i128::from(milestone.share.numerator())
            / i128::from(milestone.share.denominator());
        let share = i64::try_from(share).map_err(|_| invalid("amount", "the amount is too great"))?;
        let amount = if place == last { left } else { share };
        left -= amount;
        let label = [Language::Vi, Language::En].map(|language| milestone.label.get(language).to_owned());
        let wants = milestone.evidence.iter().map(|evidence| evidence.id().to_owned()).collect();
        parts.push(part(&milestone.id.value, label, amount, *due, wants, milestone.if_missed.id()));
    }
    Ok(parts)
}
