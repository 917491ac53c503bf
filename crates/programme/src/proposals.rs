//! Projects that a community proposes: the steps in their order, the meeting that counts, the approval, the closing, and
//! what came of it for others to learn from.

use crate::agreements::said;
use crate::groups::{Group, commune_place, named};
use crate::office::Office;
use crate::records::{At, Columns, Filter, Kept, Thing, Written};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_registry::room::{AnyConnection, hold};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// The steps of a project, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The commune calls for proposals.
    Called,
    /// The call is made known in the village.
    Disseminated,
    /// The village meets and agrees on content and list.
    Met,
    /// Plan and budget are drawn up.
    Planned,
    /// The plan is appraised.
    Appraised,
    /// The chair approves it.
    Approved,
    /// It is closed, with its results.
    Closed,
    /// It was given up before it was approved.
    Withdrawn,
}

impl Step {
    /// The steps that follow one another; a project is withdrawn out of any before the approval.
    pub const ALL: [Step; 7] =
        [Self::Called, Self::Disseminated, Self::Met, Self::Planned, Self::Appraised, Self::Approved, Self::Closed];

    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Disseminated => "disseminated",
            Self::Met => "met",
            Self::Planned => "planned",
            Self::Appraised => "appraised",
            Self::Approved => "approved",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What comes after it.
    pub fn next(self) -> Option<Step> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// What is recorded of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "step")]
pub enum StepTaken {
    /// The call was made known: how.
    Disseminated {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// How.
        how: String,
    },
    /// The village met.
    Met {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// How many poor, near-poor and newly escaped households of the village were there.
        present: i64,
        /// How many of those there agreed on content and list.
        agreed: i64,
    },
    /// Plan and budget.
    Planned {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// What is done, in a few sentences; no names.
        plan: String,
        /// The whole budget, in đồng.
        budget: i64,
        /// The part of it that the village bears, in đồng.
        own_share: i64,
        /// The first day of the project.
        #[schema(value_type = String, format = Date)]
        from: Date,
        /// Its last day.
        #[schema(value_type = String, format = Date)]
        until: Date,
        /// The group that carries it, where it was not known when the project was called for.
        #[serde(default)]
        group: Option<String>,
    },
    /// The plan was appraised.
    Appraised {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// What the appraisal says.
        opinion: String,
    },
    /// The chair approved it.
    Approved {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// The number of the decision.
        number: String,
    },
    /// It was closed.
    Closed {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// What came of it.
        results: Results,
    },
    /// It was given up: the plan was not found fit, or the village does not want it any more.
    Withdrawn {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// Why.
        why: String,
    },
}

impl StepTaken {
    /// Which step.
    pub fn step(&self) -> Step {
        match self {
            Self::Disseminated { .. } => Step::Disseminated,
            Self::Met { .. } => Step::Met,
            Self::Planned { .. } => Step::Planned,
            Self::Appraised { .. } => Step::Appraised,
            Self::Approved { .. } => Step::Approved,
            Self::Closed { .. } => Step::Closed,
            Self::Withdrawn { .. } => Step::Withdrawn,
        }
    }

    fn on(&self) -> Date {
        match self {
            Self::Disseminated { on, .. }
            | Self::Met { on, .. }
            | Self::Planned { on, .. }
            | Self::Appraised { on, .. }
            | Self::Approved { on, .. }
            | Self::Closed { on, .. }
            | Self::Withdrawn { on, .. } => *on,
        }
    }
}

/// What came of a project.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// How many households took part to the end.
    pub households: i64,
    /// How many of them left the list of the poor or near-poor since it began.
    pub left_list: i64,
    /// What was spent, in đồng.
    pub spent: i64,
    /// What others should know.
    pub lesson: String,
}

/// A project.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Proposal {
    /// The scheme it is for.
    pub scheme: String,
    /// What it is called.
    pub title: String,
    /// The model of livelihood, in a word or two: what a catalogue lists.
    pub model: String,
    /// The group that carries it.
    pub group: Option<String>,
    /// Where: a village.
    pub at: At,
    /// When it was called for.
    #[schema(value_type = String, format = Date)]
    pub called_on: Date,
    /// How many poor, near-poor and newly escaped households the village had then.
    pub households: i64,
    /// The least share of them at the meeting, as the law says.
    pub present_at_least: String,
    /// The longest time, in months.
    pub longest_months: i64,
    /// The steps that were taken.
    pub taken: Vec<StepTaken>,
}

impl Proposal {
    /// The last step taken.
    pub fn step(&self) -> Step {
        self.taken.last().map_or(Step::Called, StepTaken::step)
    }

    /// What the programme gives by its plan, in đồng, and its last day.
    pub fn planned(&self) -> Option<(i64, Date)> {
        self.taken.iter().find_map(|taken| match taken {
            StepTaken::Planned { budget, own_share, until, .. } => Some((budget - own_share, *until)),
            _ => None,
        })
    }

    /// Whether it was approved.
    pub fn is_approved(&self) -> bool {
        matches!(self.step(), Step::Approved | Step::Closed)
    }
}

impl Thing for Proposal {
    const KIND: &'static str = "proposal";

    fn columns(&self) -> Columns {
        let until = self.planned().map(|(_, until)| until);
        Columns {
            at: self.at.clone(),
            subject: self.group.clone(),
            scheme: Some(self.scheme.clone()),
            year: Some(self.called_on.year().into()),
            state: self.step().id().to_owned(),
            due: until.filter(|_| self.step() == Step::Approved),
            ..Columns::default()
        }
    }
}

/// What an officer enters when a call is made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProposal {
    /// The commune, `list:code`.
    pub commune: String,
    /// The village.
    pub hamlet: String,
    /// The scheme it is for.
    pub scheme: String,
    /// What it is called.
    pub title: String,
    /// The model of livelihood.
    pub model: String,
    /// The group that carries it, where it is known already.
    pub group: Option<String>,
}

/// A model of the catalogue: what was tried, where, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ModelRow {
    /// The model.
    pub model: String,
    /// The scheme.
    pub scheme: String,
    /// Projects that were closed.
    pub projects: i64,
    /// The communes.
    pub communes: Vec<String>,
    /// Households that took part to the end.
    pub households: i64,
    /// Of them, those that left the list.
    pub left_list: i64,
    /// What was spent, in đồng.
    pub spent: i64,
    /// Lessons.
    pub lessons: Vec<String>,
}

fn illegal(why: impl Into<String>) -> RegistryError {
    RegistryError::Illegal { step: "this step of the project", why: why.into() }
}

impl Office {
    /// Calls for a project in a village; its id.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a scheme that is not for projects of a community.
    pub async fn call_for_project(&self, new: &NewProposal) -> Result<String> {
        self.begins_new()?;
        let scheme = self.scheme(&new.scheme)?;
        let wrong = || RegistryError::invalid("scheme", "it is not for projects of a community");
        let rule = scheme.community.clone().ok_or_else(wrong)?;
        let (title, model) = (named("title", &new.title)?, named("model", &new.model)?);
        let mut tx = self.desk.store().write().await?;
        let place = commune_place(&mut tx, &new.commune, Some(&new.hamlet)).await?;
        self.actor().may_at(Action::PrepareSupport, &place)?;
        hold(&mut tx, &new.commune).await?;
        if let Some(group) = &new.group {
            self.can_carry(&mut tx, group, &new.scheme, Some(&new.commune)).await?;
        }
        let proposal = Proposal {
            scheme: new.scheme.clone(),
            title,
            model,
            group: new.group.clone(),
            at: At::from(&place),
            called_on: self.desk.today(),
            households: self.target_households(&mut tx, &new.commune, &new.hamlet).await?,
            present_at_least: rule.present.to_string(),
            longest_months: rule.longest_months,
            taken: Vec::new(),
        };
        let id = self.write_one(&mut tx, Written::new("called", proposal)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Records the next step of a project.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] for a step out of order, a meeting without enough households or agreement, a project that
    /// takes longer than the rule allows; [`RegistryError::Invalid`] for days and numbers that cannot be.
    pub async fn take_step(&self, id: &str, version: i64, taken: &StepTaken) -> Result<()> {
        let decides = matches!(taken.step(), Step::Approved);
        self.actor().may(if decides { Action::DecideSupport } else { Action::PrepareSupport })?;
        if decides {
            self.begins_new()?;
        }
        let (mut tx, kept) = self.change_thing::<Proposal>(id, version).await?;
        let mut next = kept.thing.clone();
        let ends = taken.step() == Step::Withdrawn && kept.thing.step() < Step::Approved;
        if !ends && kept.thing.step().next() != Some(taken.step()) {
            let wanted = kept.thing.step().next().map_or("nothing more", Step::id);
            return Err(illegal(format!("after {} comes {wanted}", kept.thing.step().id())));
        }
        let last = kept.thing.taken.last().map_or(kept.thing.called_on, StepTaken::on);
        if taken.on() < last || taken.on() > self.desk.today() {
            return Err(RegistryError::invalid("on", format!("a day from {last} to today")));
        }
        checked(&next, taken)?;
        if let StepTaken::Planned { group: Some(group), .. } = taken {
            self.can_carry(&mut tx, group, &kept.thing.scheme, kept.thing.at.commune.as_deref()).await?;
            next.group = Some(group.clone());
        }
        next.taken.push(taken.clone());
        self.write_one(&mut tx, kept.next(taken.step().id(), next)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes sure that a group can carry a project: of the same scheme and commune.
    async fn can_carry(&self, tx: &mut AnyConnection, id: &str, scheme: &str, commune: Option<&str>) -> Result<()> {
        let group: Kept<Group> = self.load(tx, id).await?;
        if group.thing.scheme != scheme || group.thing.at.commune.as_deref() != commune {
            return Err(RegistryError::invalid("group", "a group of this scheme and commune"));
        }
        Ok(())
    }

    /// The catalogue of models: what closed projects of the asker's reach have shown, by model.
    pub async fn models(&self) -> Result<Vec<ModelRow>> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let filter = Filter { state: Some(Step::Closed.id().to_owned()), ..Filter::default() };
        let closed: Vec<Kept<Proposal>> = self.find(&mut connection, &filter).await?;
        let mut rows: Vec<ModelRow> = Vec::new();
        for Kept { thing, .. } in closed {
            let results = thing.taken.iter().find_map(|taken| match taken {
                StepTaken::Closed { results, .. } => Some(results),
                _ => None,
            });
            let Some(results) = results else { continue };
            let place = rows.iter().position(|row| row.model == thing.model && row.scheme == thing.scheme);
            let place = place.unwrap_or_else(|| {
                rows.push(ModelRow {
                    model: thing.model.clone(),
                    scheme: thing.scheme.clone(),
                    projects: 0,
                    communes: Vec::new(),
                    households: 0,
                    left_list: 0,
                    spent: 0,
                    lessons: Vec::new(),
                });
                rows.len() - 1
            });
            let row = &mut rows[place];
            row.projects += 1;
            row.households += results.households;
            row.left_list += results.left_list;
            row.spent += results.spent;
            row.lessons.push(results.lesson.clone());
            row.communes.extend(thing.at.commune.filter(|commune| !row.communes.contains(commune)));
        }
        rows.sort_by(|a, b| (&a.model, &a.scheme).cmp(&(&b.model, &b.scheme)));
        Ok(rows)
    }

    /// The project of the group that was approved and is not closed, the latest of several.
    pub(crate) async fn approved_project(&self, tx: &mut AnyConnection, group: &str) -> Result<Option<Kept<Proposal>>> {
        let filter = Filter {
            subject: Some(group.to_owned()),
            state: Some(Step::Approved.id().to_owned()),
            ..Filter::default()
        };
        Ok(self.find(tx, &filter).await?.pop())
    }

    /// The poor, near-poor and newly escaped households of a village today.
    async fn target_households(&self, tx: &mut AnyConnection, commune: &str, hamlet: &str) -> Result<i64> {
        let known = self.desk.known_in(tx, commune, &self.program, self.desk.today()).await?;
        let today = self.desk.today();
        let counts = known.iter().filter(|household| {
            let of = household.place.hamlet.as_deref() == Some(hamlet);
            let within = self.window_ends(household).is_some_and(|ends| ends >= today);
            of && (household.history.is_listed() || within)
        });
        i64::try_from(counts.count()).map_err(|_| RegistryError::Damaged { what: "a count".into() })
    }
}

fn checked(proposal: &Proposal, taken: &StepTaken) -> Result<()> {
    match taken {
        StepTaken::Disseminated { how: text, .. } | StepTaken::Withdrawn { why: text, .. } => said(text).map(|_| ()),
        StepTaken::Appraised { opinion, .. } => said(opinion).map(|_| ()),
        StepTaken::Approved { number, .. } => named("number", number).map(|_| ()),
        StepTaken::Met { present, agreed, .. } => {
            let all = proposal.households;
            if *present < 0 || *present > all || *agreed < 0 || agreed > present {
                return Err(RegistryError::invalid(
                    "present",
                    format!("of {all} households, and no more agree than are there"),
                ));
            }
            let share = vuon_policy::exact::Exact::parse(&proposal.present_at_least);
            let share = share.ok_or_else(|| RegistryError::Damaged { what: "the rule of a project".into() })?;
            let enough = i128::from(*present) * i128::from(share.denominator())
                >= i128::from(all) * i128::from(share.numerator());
            if !enough {
                return Err(illegal(format!(
                    "{present} of {all} households were there; at least {share} must be: meet again"
                )));
            }
            if agreed * 2 <= *present {
                return Err(illegal("most of those there did not agree: meet again"));
            }
            Ok(())
        }
        StepTaken::Planned { plan, budget, own_share, from, until, .. } => {
            said(plan)?;
            if *budget <= 0 || *own_share < 0 || own_share > budget {
                return Err(RegistryError::invalid("budget", "above 0 đồng, of which the village bears a part"));
            }
            let last = from.saturating_add(proposal.longest_months.months());
            if until < from || *until > last {
                let most = proposal.longest_months;
                return Err(illegal(format!("a project takes at most {most} months")));
            }
            Ok(())
        }
        StepTaken::Closed { results, .. } => {
            said(&results.lesson)?;
            let Results { households, left_list, spent, .. } = results;
            if *households < 0 || *left_list < 0 || left_list > households || *spent < 0 {
                return Err(RegistryError::invalid(
                    "results",
                    "no more left the list than took part; amounts from 0 đồng",
                ));
            }
            Ok(())
        }
    }
}
