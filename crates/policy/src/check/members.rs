//! The macros over members: `exists`, `all`, `filter`, `map` and what follows them.

use super::expression::{Checked, Checker};
use super::scope::{BOOL, Typed, number};
use crate::ir::{MOST_MEMBERS, NodeId, Op};
use crate::lattice::Interval;
use crate::unit::Unit;
use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};

/// Members, those counted, and what of them: `members.filter(m, only).map(m, of)`.
struct Roster {
    only: Option<NodeId>,
    of: Option<Typed>,
}

impl Checker<'_, '_> {
    /// `members`, `members.filter(m, p)`, `members.map(m, e)` and chains of them.
    fn roster(&mut self, expr: &IdedExpr) -> Checked<Roster> {
        match &expr.expr {
            Expr::Ident(name) if name == "members" => {
                if self.scope.questionnaire.member.is_empty() && !self.scope.broken.contains("members") {
                    return Err(self
                        .problem(expr, "this policy's questionnaire lists no members")
                        .help("add `member:` with its variables to questionnaire.yaml")
                        .into());
                }
                Ok(Roster { only: None, of: None })
            }
            Expr::Comprehension(comprehension) => {
                let (filter, map) = match loop_of(comprehension) {
                    Some(Loop::Filter(p)) => (Some(p), None),
                    Some(Loop::Map(e)) => (None, Some(e)),
                    Some(Loop::FilterMap(p, e)) => (Some(p), Some(e)),
                    _ => return Err(self.problem(expr, "`filter` or `map` is expected here").into()),
                };
                let base = self.roster(&comprehension.iter_range)?;
                if base.of.is_some() {
                    return Err(self.problem(expr, "after `map` only sum, min or max may follow").into());
                }
                let of = map.map(|e| self.of_member(comprehension, e, Self::value)).transpose()?;
                let only = filter.map(|p| self.of_member(comprehension, p, Self::yes_no)).transpose()?;
                let only = match (base.only, only) {
                    (Some(a), Some(b)) => Some(self.push(expr, Op::And(a, b))?),
                    (a, b) => a.or(b),
                };
                Ok(Roster { only, of })
            }
            _ => Err(self
                .problem(expr, "`members` is expected here")
                .help("macros go over the members of the household: `members.exists(m, …)`")
                .into()),
        }
    }

    fn of_member<T>(
        &mut self,
        comprehension: &ComprehensionExpr,
        inner: &IdedExpr,
        check: fn(&mut Self, &IdedExpr) -> Checked<T>,
    ) -> Checked<T> {
        if self.member.is_some() {
            return Err(self
                .problem(inner, "one member macro cannot stand inside another")
                .help("make the inner one a measure and use its name here")
                .into());
        }
        self.member = Some(comprehension.iter_var.clone());
        let result = check(self, inner);
        self.member = None;
        result
    }

    pub(super) fn exists_or_all(&mut self, expr: &IdedExpr, comprehension: &ComprehensionExpr) -> Checked {
        let (predicate, all) = match loop_of(comprehension) {
            Some(Loop::Exists(p)) => (p, false),
            Some(Loop::All(p)) => (p, true),
            Some(Loop::Filter(_) | Loop::Map(_) | Loop::FilterMap(..)) => {
                return Err(self
                    .problem(expr, "members chosen here must still be counted or summed")
                    .help("add `.size()`, `.sum()`, `.min()` or `.max()`")
                    .into());
            }
            None => {
                return Err(self.problem(expr, "this macro is not part of the rule language")
                    .help("there are exists, all, filter and map; for exactly one write `members.filter(m, …).size() == 1`")
                    .into());
            }
        };
        let roster = self.roster(&comprehension.iter_range)?;
        if roster.of.is_some() {
            return Err(self.problem(expr, "after `map` only sum, min or max may follow").into());
        }
        let holds = self.of_member(comprehension, predicate, Self::yes_no)?;
        // for all who are counted, p  =  for none who is counted, not p
        let wanted = if all { self.push(expr, Op::Not(holds))? } else { holds };
        let wanted = match roster.only {
            Some(only) => self.push(expr, Op::And(only, wanted))?,
            None => wanted,
        };
        let any = self.push(expr, Op::Any(wanted))?;
        if all { self.bool_node(expr, Op::Not(any)) } else { Ok(Typed { node: any, kind: BOOL }) }
    }

    pub(super) fn fold(&mut self, expr: &IdedExpr, target: &IdedExpr, function: &str) -> Checked {
        let Roster { only, of } = self.roster(target)?;
        let persons = number(Unit::base("person"), 1);
        match (function, of, only) {
            ("size", None, None) => {
                let size = self.dag.leaf(Op::Size, Interval { lo: 0, hi: MOST_MEMBERS });
                Ok(Typed { node: size, kind: persons })
            }
            ("size", None, Some(only)) => Ok(Typed { node: self.push(expr, Op::Count(only))?, kind: persons }),
            ("sum" | "min" | "max", Some(of), only) => {
                self.numeric(target, &of)?;
                let op = match function {
                    "sum" => Op::Sum(of.node, only),
                    "min" => Op::Min(of.node, only),
                    _ => Op::Max(of.node, only),
                };
                Ok(Typed { node: self.push(expr, op)?, kind: of.kind })
            }
            ("size", Some(_), _) => {
                Err(self.problem(expr, "count members with `filter(…).size()`, not after `map`").into())
            }
            (function, None, _) => Err(self
                .problem(expr, format!("`{function}` needs to know of what"))
                .help(format!("write `members.map(m, m.answer).{function}()`"))
                .into()),
            (function, ..) => Err(self.problem(expr, format!("there is no `{function}` of members")).into()),
        }
    }
}

/// What a macro expanded to.
enum Loop<'e> {
    Exists(&'e IdedExpr),
    All(&'e IdedExpr),
    Filter(&'e IdedExpr),
    Map(&'e IdedExpr),
    FilterMap(&'e IdedExpr, &'e IdedExpr),
}

/// The parser expands macros before anyone sees them; this reads the expansion back.
fn loop_of(c: &ComprehensionExpr) -> Option<Loop<'_>> {
    let Expr::Call(step) = &c.loop_step.expr else { return None };
    let is_result = |e: &IdedExpr| matches!(&e.expr, Expr::Ident(name) if *name == c.accu_var);
    let appended =
        |e: &'_ IdedExpr| -> bool { matches!(&e.expr, Expr::Call(call) if call.func_name == operators::ADD) };
    match (&c.accu_init.expr, step.func_name.as_str(), step.args.as_slice()) {
        (Expr::Literal(LiteralValue::Boolean(_)), operators::LOGICAL_OR, [accu, p]) if is_result(accu) => {
            Some(Loop::Exists(p))
        }
        (Expr::Literal(LiteralValue::Boolean(_)), operators::LOGICAL_AND, [accu, p]) if is_result(accu) => {
            Some(Loop::All(p))
        }
        (Expr::List(_), operators::ADD, [_, list]) => Some(Loop::Map(single(list)?)),
        (Expr::List(_), operators::CONDITIONAL, [p, step, _]) if appended(step) => {
            let Expr::Call(add) = &step.expr else { return None };
            let of = single(add.args.get(1)?)?;
            match &of.expr {
                Expr::Ident(name) if *name == c.iter_var => Some(Loop::Filter(p)),
                _ => Some(Loop::FilterMap(p, of)),
            }
        }
        _ => None,
    }
}

fn single(list: &IdedExpr) -> Option<&IdedExpr> {
    match &list.expr {
        Expr::List(list) => list.elements.first(),
        _ => None,
    }
}
