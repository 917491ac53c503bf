//! One CEL expression, from text to nodes: names, kinds, units, ranges.

use super::scope::{BOOL, Scope, Typed, TypedKind, counted, number};
use crate::calendar::Day;
use crate::exact::{Exact, common_denominator};
use crate::ir::{Dag, Level, NodeId, Op, Overflow};
use crate::lattice::Interval;
use crate::model::{Kind, Variable};
use crate::problem::{Place, Problem, SourceFile};
use crate::program::ValueKind;
use crate::read::decode::nearest;
use crate::unit::Unit;
use crate::yaml::{Text, place_within};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use cel::parser::Parser;

/// Checks one expression. What it finds wrong goes to `problems`.
pub(crate) fn check(
    text: &Text,
    expected: Option<&ValueKind>,
    scope: &mut Scope,
    dag: &mut Dag,
    files: &[SourceFile],
    problems: &mut Vec<Problem>,
) -> Option<Typed> {
    let (expr, info) = match Parser::new().parse_with_source_info(&text.value) {
        Ok(parsed) => parsed,
        Err(errors) => {
            let error = errors.errors.first();
            let (line, column) = error.map_or((1, 0), |e| (e.pos.0.max(1) as usize, e.pos.1.max(0) as usize));
            let before: usize = text.value.split_inclusive('\n').take(line - 1).map(|l| l.chars().count()).sum();
            let place = locate(text, files, before + column, before + column + 1);
            let problem =
                Problem::new(place, "this is not a well-formed expression".into()).label("here or just before");
            problems.push(problem.help(slip(&text.value)));
            return None;
        }
    };
    let member = scope.member_name.clone();
    let mut checker = Checker { text, info: &info, scope, dag, files, member };
    let result = match expected {
        Some(kind) => checker.expect(&expr, kind),
        None => checker.value(&expr),
    };
    result.map_err(|problem| problems.extend(problem.0.map(|p| *p))).ok()
}

/// The commonest slips of those who do not write programs every day.
fn slip(text: &str) -> &'static str {
    let bare: String = text.replace("==", "").replace("<=", "").replace(">=", "").replace("!=", "");
    let word = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|w| w.eq_ignore_ascii_case(word));
    if bare.contains('=') {
        "equality is written `==`, and comparisons `<=`, `>=`, `!=`"
    } else if word("and") || word("or") || word("not") {
        "write `&&` for and, `||` for or, `!` for not"
    } else if text.matches('(').count() != text.matches(')').count() {
        "the parentheses do not match"
    } else if text.matches('"').count() % 2 == 1 {
        "a quotation mark is missing"
    } else {
        "see docs/policy-language.md for what an expression may be"
    }
}

fn locate(text: &Text, files: &[SourceFile], start: usize, end: usize) -> Place {
    let source = files.get(text.place.file.0 as usize).map_or("", |f| f.text.as_str());
    place_within(source, text, start, end)
}

/// A problem, or none where the cause has been reported already.
pub(crate) struct Failed(Option<Box<Problem>>);

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Failed(Some(Box::new(problem)))
    }
}

pub(super) type Checked<T = Typed> = Result<T, Failed>;

pub(super) struct Checker<'c, 'p> {
    text: &'c Text,
    info: &'c SourceInfo,
    pub(super) scope: &'c mut Scope<'p>,
    pub(super) dag: &'c mut Dag,
    files: &'c [SourceFile],
    /// The name of the member a macro is about, inside it.
    pub(super) member: Option<String>,
}

impl Checker<'_, '_> {
    // ---- places -----------------------------------------------------------------------------------------------------

    fn place(&self, expr: &IdedExpr) -> Place {
        let Some((start, stop)) = self.reach(expr) else { return self.text.place };
        locate(self.text, self.files, start, stop + 1)
    }

    /// The first and last character of an expression: the parser marks only one token of a call.
    fn reach(&self, expr: &IdedExpr) -> Option<(usize, usize)> {
        let own = self.info.offset_for(expr.id).map(|(a, b)| (a as usize, b as usize));
        // Of `m.birth_date` the parser marks the dot.
        let own = match &expr.expr {
            Expr::Select(select) => own.map(|(a, b)| (a, b + select.field.chars().count())),
            _ => own,
        };
        let parts: Vec<&IdedExpr> = match &expr.expr {
            Expr::Call(call) => call.target.iter().map(|t| &**t).chain(&call.args).collect(),
            Expr::Select(select) => vec![&select.operand],
            _ => vec![],
        };
        parts.into_iter().filter_map(|part| self.reach(part)).chain(own).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    pub(super) fn problem(&self, expr: &IdedExpr, message: impl Into<String>) -> Problem {
        Problem::new(self.place(expr), message.into())
    }

    pub(super) fn push(&mut self, expr: &IdedExpr, op: Op) -> Checked<NodeId> {
        self.dag.push(op).map_err(|Overflow| {
            self.problem(expr, "the result of this can be larger than 64 bits hold")
                .help("narrow `min` and `max` of the variables it uses in questionnaire.yaml")
                .into()
        })
    }

    pub(super) fn bool_node(&mut self, expr: &IdedExpr, op: Op) -> Checked {
        Ok(Typed { node: self.push(expr, op)?, kind: BOOL })
    }

    // ---- expectations -----------------------------------------------------------------------------------------------

    fn expect(&mut self, expr: &IdedExpr, kind: &ValueKind) -> Checked {
        if let (Some(options), Expr::Literal(LiteralValue::String(id))) = (self.scope.option_ids(kind), &expr.expr) {
            return self.option(expr, id, &options, kind);
        }
        if let (Expr::Call(call), true) = (&expr.expr, self.scope.option_ids(kind).is_some())
            && call.func_name == operators::CONDITIONAL
        {
            let condition = self.yes_no(&call.args[0])?;
            let (a, b) = (self.expect(&call.args[1], kind)?, self.expect(&call.args[2], kind)?);
            let node = self.push(expr, Op::If(condition, a.node, b.node))?;
            return Ok(Typed { node, kind: TypedKind::Value(kind.clone()) });
        }
        let typed = self.value(expr)?;
        let fits = match (&typed.kind, kind) {
            (TypedKind::Value(a), b) if a == b => true,
            (TypedKind::Value(ValueKind::Number { unit: a, .. }), ValueKind::Number { unit: b, .. }) => a == b,
            (TypedKind::BareNumber { .. }, ValueKind::Number { .. }) => true,
            _ => false,
        };
        if fits {
            return Ok(typed);
        }
        let (is, want) = (typed.kind.describe(self.scope), TypedKind::Value(kind.clone()).describe(self.scope));
        Err(self.problem(expr, format!("this is {is}, but {want} is needed")).label(is).into())
    }

    pub(super) fn yes_no(&mut self, expr: &IdedExpr) -> Checked<NodeId> {
        Ok(self.expect(expr, &ValueKind::Bool)?.node)
    }

    fn option(&mut self, expr: &IdedExpr, id: &str, options: &[String], kind: &ValueKind) -> Checked {
        let Some(place) = options.iter().position(|o| o == id) else {
            let what = TypedKind::Value(kind.clone()).describe(self.scope);
            let help = match nearest(id, options.iter().map(String::as_str)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("there are: {}", options.join(", ")),
            };
            return Err(self
                .problem(expr, format!("\"{id}\" is not an option: this must be {what}"))
                .help(help)
                .into());
        };
        Ok(Typed { node: self.dag.int(place as i64), kind: TypedKind::Value(kind.clone()) })
    }

    // ---- values -----------------------------------------------------------------------------------------------------

    pub(super) fn value(&mut self, expr: &IdedExpr) -> Checked {
        match &expr.expr {
            Expr::Literal(literal) => self.literal(expr, literal),
            Expr::Ident(_) | Expr::Select(_) => self.name(expr),
            Expr::Call(call) => self.call(expr, call),
            Expr::Comprehension(comprehension) => self.exists_or_all(expr, comprehension),
            Expr::List(_) => Err(self.problem(expr, "a list can only stand after `in`").into()),
            _ => Err(self
                .problem(expr, "this is not part of the rule language")
                .help("see docs/policy-language.md for what an expression may be")
                .into()),
        }
    }

    fn literal(&mut self, expr: &IdedExpr, literal: &LiteralValue) -> Checked {
        match literal {
            LiteralValue::Boolean(b) => Ok(Typed { node: self.dag.bool(*b.inner()), kind: BOOL }),
            LiteralValue::Int(n) => {
                Ok(Typed { node: self.dag.int(*n.inner()), kind: TypedKind::BareNumber { denominator: 1 } })
            }
            LiteralValue::Double(_) => {
                // The parser has made a floating-point number of it; the text still says it exactly.
                let (start, stop) = self.reach(expr).unwrap_or((0, 0));
                let written: String = self.text.value.chars().skip(start).take(stop + 1 - start).collect();
                let Some(exact) = Exact::parse(&written) else {
                    return Err(self
                        .problem(expr, format!("`{written}` is not an exact number"))
                        .help("write 8.5")
                        .into());
                };
                let (count, denominator) = counted(exact);
                Ok(Typed { node: self.dag.int(count), kind: TypedKind::BareNumber { denominator } })
            }
            LiteralValue::String(_) => Err(self
                .problem(expr, "a quoted option must be compared with a choice")
                .help("write `variable == \"option\"`")
                .into()),
            _ => Err(self.problem(expr, "this constant is not part of the rule language").into()),
        }
    }

    /// A name, perhaps with dots.
    fn name(&mut self, expr: &IdedExpr) -> Checked {
        let Some(path) = dotted(expr) else {
            return Err(self.problem(expr, "a name is expected before this dot").into());
        };
        if let Some(member) = self.member.clone() {
            if path == member {
                return Err(self
                    .problem(expr, format!("`{path}` is a member, not a value"))
                    .help(format!("write `{path}.age_or_other_answer`"))
                    .into());
            }
            if let Some(field) = path.strip_prefix(&format!("{member}.")) {
                return self.variable(expr, field, Level::Member);
            }
        }
        if path == "review_date" {
            let range = Interval { lo: Day::FIRST.0.into(), hi: Day::LAST.0.into() };
            return Ok(Typed { node: self.dag.leaf(Op::ReviewDate, range), kind: TypedKind::Value(ValueKind::Date) });
        }
        if let Some(typed) = self.scope.named.get(&path) {
            self.scope.used.insert(path);
            return Ok(typed.clone());
        }
        if let Some(parameter) = self.scope.parameters.iter().find(|p| p.id.value == path) {
            let (count, denominator) = counted(parameter.value);
            self.scope.used.insert(path);
            let kind = number(parameter.unit.clone(), denominator);
            return Ok(Typed { node: self.dag.int(count), kind });
        }
        self.variable(expr, &path, Level::Household)
    }

    fn variable(&mut self, expr: &IdedExpr, id: &str, level: Level) -> Checked {
        let variables = match level {
            Level::Household => &self.scope.questionnaire.household,
            Level::Member => &self.scope.questionnaire.member,
        };
        let Some(index) = variables.iter().position(|v| v.id.value == id) else {
            if self.scope.broken.contains(id) {
                self.scope.used.insert(id.to_owned());
                return Err(Failed(None));
            }
            return Err(self.unknown_name(expr, id, level).into());
        };
        let Variable { kind, .. } = &variables[index];
        let (op, range, kind) = match kind {
            Kind::Id | Kind::Code { .. } => {
                let message = format!("`{id}` is identity or place: rules cannot depend on it");
                return Err(self
                    .problem(expr, message)
                    .help("use a choice variable such as the region instead")
                    .into());
            }
            Kind::Bool => (Op::BoolVar(index), crate::ir::BOOL, ValueKind::Bool),
            Kind::Choice(list) => {
                let last = self.scope.questionnaire.choices[*list].options.len().max(1) as i64 - 1;
                (Op::IntVar(index), Interval { lo: 0, hi: last }, ValueKind::Choice(*list))
            }
            Kind::Number { unit, decimals, min, max } => {
                let kind = ValueKind::Number { unit: unit.clone(), denominator: 10_i64.pow(*decimals) };
                (Op::IntVar(index), Interval { lo: *min, hi: *max }, kind)
            }
            Kind::Date => {
                let range = Interval { lo: Day::FIRST.0.into(), hi: Day::LAST.0.into() };
                (Op::IntVar(index), range, ValueKind::Date)
            }
        };
        Ok(Typed { node: self.dag.variable(op, level, range), kind: TypedKind::Value(kind) })
    }

    fn unknown_name(&self, expr: &IdedExpr, id: &str, level: Level) -> Problem {
        let (what, near) = match level {
            Level::Member => {
                let ids = self.scope.questionnaire.member.iter().map(|v| v.id.value.as_str());
                ("members have no answer", nearest(id, ids))
            }
            Level::Household => {
                ("there is no variable, parameter or measure", nearest(id, self.scope.all_names().into_iter()))
            }
        };
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if level == Level::Household && self.scope.questionnaire.member.iter().any(|v| v.id.value == id) => {
                format!("`{id}` is a member's answer: use it in a macro, as in `members.exists(m, m.{id} …)`")
            }
            None => "add it to questionnaire.yaml, parameters.yaml or the measures of classification.yaml".into(),
        };
        self.problem(expr, format!("{what} called `{id}`")).help(help).label("unknown name")
    }

    // ---- calls ------------------------------------------------------------------------------------------------------

    fn call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Checked {
        let args = &call.args;
        match (call.func_name.as_str(), args.len()) {
            (operators::LOGICAL_NOT, 1) => {
                let a = self.yes_no(&args[0])?;
                self.bool_node(expr, Op::Not(a))
            }
            (operators::LOGICAL_AND, 2) => {
                let (a, b) = self.both(&args[0], &args[1], Self::yes_no)?;
                self.bool_node(expr, Op::And(a, b))
            }
            (operators::LOGICAL_OR, 2) => {
                let (a, b) = self.both(&args[0], &args[1], Self::yes_no)?;
                self.bool_node(expr, Op::Or(a, b))
            }
            (operators::EQUALS, 2) => self.equality(expr, &args[0], &args[1]),
            (operators::NOT_EQUALS, 2) => {
                let equal = self.equality(expr, &args[0], &args[1])?;
                self.bool_node(expr, Op::Not(equal.node))
            }
            (operators::LESS, 2) => self.order(expr, &args[0], &args[1], Op::Less),
            (operators::LESS_EQUALS, 2) => self.order(expr, &args[0], &args[1], Op::AtMost),
            (operators::GREATER, 2) => self.order(expr, &args[0], &args[1], |a, b| Op::Less(b, a)),
            (operators::GREATER_EQUALS, 2) => self.order(expr, &args[0], &args[1], |a, b| Op::AtMost(b, a)),
            (operators::IN, 2) => self.one_of(expr, &args[0], &args[1]),
            (operators::ADD, 2) => self.sum(expr, &args[0], &args[1], Op::Add),
            (operators::SUBSTRACT, 2) => self.sum(expr, &args[0], &args[1], Op::Sub),
            (operators::NEGATE, 1) => {
                let a = self.value(&args[0])?;
                self.numeric(&args[0], &a)?;
                let zero = self.dag.int(0);
                Ok(Typed { node: self.push(expr, Op::Sub(zero, a.node))?, kind: a.kind })
            }
            (operators::MULTIPLY, 2) => self.product(expr, &args[0], &args[1]),
            (operators::DIVIDE | operators::MODULO, _) => Err(self.problem(expr, "rules do not divide: division loses exactness")
                .help("compare without dividing: write `income <= line * members.size()`, not `income / members.size() <= line`")
                .into()),
            (operators::CONDITIONAL, 3) => self.conditional(expr, args),
            _ => self.function(expr, call),
        }
    }

    /// Checks two operands; the first problem is told.
    fn both<T>(
        &mut self,
        a: &IdedExpr,
        b: &IdedExpr,
        check: fn(&mut Self, &IdedExpr) -> Checked<T>,
    ) -> Checked<(T, T)> {
        Ok((check(self, a)?, check(self, b)?))
    }

    fn function(&mut self, expr: &IdedExpr, call: &CallExpr) -> Checked {
        if let Some(target) = &call.target {
            return match (call.func_name.as_str(), call.args.len()) {
                ("size" | "sum" | "min" | "max", 0) => self.fold(expr, target, &call.func_name),
                (name @ ("exists" | "all" | "filter" | "map"), _) => Err(self
                    .problem(expr, format!("`{name}` takes a name for the member and an expression"))
                    .help(format!("write `members.{name}(m, …)`"))
                    .into()),
                (name, _) => Err(self
                    .problem(expr, format!("there is no function `{name}` of members"))
                    .help("there are exists, all, filter, map, size, sum, min, max")
                    .into()),
            };
        }
        match (call.func_name.as_str(), call.args.as_slice()) {
            ("age", [of]) => {
                let date = self.expect(of, &ValueKind::Date)?;
                Ok(Typed { node: self.push(expr, Op::Age(date.node))?, kind: number(Unit::base("year"), 1) })
            }
            ("months_since", [of]) => {
                let date = self.expect(of, &ValueKind::Date)?;
                Ok(Typed { node: self.push(expr, Op::MonthsSince(date.node))?, kind: number(Unit::base("month"), 1) })
            }
            ("known", [of]) => {
                let of = self.value(of)?;
                self.bool_node(expr, Op::Known(of.node))
            }
            ("date", [of]) => {
                let written = match &of.expr {
                    Expr::Literal(LiteralValue::String(text)) => Day::parse(text.inner()),
                    _ => None,
                };
                let Some(day) = written else {
                    return Err(self
                        .problem(of, "a date is written `date(\"YYYY-MM-DD\")`, between 1900 and 2100")
                        .into());
                };
                Ok(Typed { node: self.dag.int(day.0.into()), kind: TypedKind::Value(ValueKind::Date) })
            }
            (name @ ("age" | "months_since" | "known" | "date"), args) => {
                Err(self.problem(expr, format!("`{name}` takes one value, not {}", args.len())).into())
            }
            (name, _) => {
                let help = match nearest(name, ["age", "months_since", "known", "date"].into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "there are age, months_since, known, date".into(),
                };
                Err(self.problem(expr, format!("there is no function `{name}`")).help(help).into())
            }
        }
    }

    // ---- numbers ----------------------------------------------------------------------------------------------------

    pub(super) fn numeric(&self, expr: &IdedExpr, typed: &Typed) -> Checked<(Option<Unit>, i64)> {
        match &typed.kind {
            TypedKind::Value(ValueKind::Number { unit, denominator }) => Ok((Some(unit.clone()), *denominator)),
            TypedKind::BareNumber { denominator } => Ok((None, *denominator)),
            other => Err(self
                .problem(expr, format!("this is {}, but a number is needed", other.describe(self.scope)))
                .into()),
        }
    }

    /// Brings two numbers of one unit to one denominator. The unit is `None` when both are bare.
    fn alike(
        &mut self,
        expr: &IdedExpr,
        a: (&IdedExpr, &Typed),
        b: (&IdedExpr, &Typed),
    ) -> Checked<(NodeId, NodeId, Option<Unit>, i64)> {
        let ((unit_a, den_a), (unit_b, den_b)) = (self.numeric(a.0, a.1)?, self.numeric(b.0, b.1)?);
        if let (Some(left), Some(right)) = (&unit_a, &unit_b)
            && left != right
        {
            let message = format!("{left} cannot be set against {right}");
            return Err(self
                .problem(expr, message)
                .label(format!("{left} here, {right} there"))
                .help("both sides must be of one unit: multiply by a quantity or use a parameter with the right unit")
                .into());
        }
        let Some(denominator) = common_denominator(den_a, den_b) else {
            return Err(self.problem(expr, "the fractions have no common denominator within 64 bits").into());
        };
        let node_a = self.scaled(expr, a.1.node, denominator / den_a)?;
        let node_b = self.scaled(expr, b.1.node, denominator / den_b)?;
        Ok((node_a, node_b, unit_a.or(unit_b), denominator))
    }

    fn scaled(&mut self, expr: &IdedExpr, node: NodeId, factor: i64) -> Checked<NodeId> {
        if factor == 1 {
            return Ok(node);
        }
        if let Op::Int(value) = self.dag.node(node).op {
            let Some(product) = value.checked_mul(factor) else {
                return Err(self.problem(expr, "this number is larger than 64 bits hold").into());
            };
            return Ok(self.dag.int(product));
        }
        let factor = self.dag.int(factor);
        self.push(expr, Op::Mul(node, factor))
    }

    fn sum(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, op: fn(NodeId, NodeId) -> Op) -> Checked {
        let (left, right) = self.both(a, b, Self::value)?;
        let (x, y, unit, denominator) = self.alike(expr, (a, &left), (b, &right))?;
        let kind = unit.map_or(TypedKind::BareNumber { denominator }, |unit| number(unit, denominator));
        Ok(Typed { node: self.push(expr, op(x, y))?, kind })
    }

    fn product(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (left, right) = self.both(a, b, Self::value)?;
        let ((unit_a, den_a), (unit_b, den_b)) = (self.numeric(a, &left)?, self.numeric(b, &right)?);
        let Some(denominator) = den_a.checked_mul(den_b) else {
            return Err(self.problem(expr, "the fractions have no common denominator within 64 bits").into());
        };
        let kind = match (unit_a, unit_b) {
            (None, None) => TypedKind::BareNumber { denominator },
            (a, b) => number(a.unwrap_or_default().times(&b.unwrap_or_default()), denominator),
        };
        Ok(Typed { node: self.push(expr, Op::Mul(left.node, right.node))?, kind })
    }

    // ---- comparison -------------------------------------------------------------------------------------------------

    fn order(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, op: fn(NodeId, NodeId) -> Op) -> Checked {
        let (left, right) = self.both(a, b, Self::value)?;
        let dates = TypedKind::Value(ValueKind::Date);
        if left.kind == dates && right.kind == dates {
            return self.bool_node(expr, op(left.node, right.node));
        }
        let (x, y, ..) = self.alike(expr, (a, &left), (b, &right))?;
        self.bool_node(expr, op(x, y))
    }

    fn equality(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let quoted = |e: &IdedExpr| matches!(e.expr, Expr::Literal(LiteralValue::String(_)));
        let (first, second) = if quoted(a) { (b, a) } else { (a, b) };
        let left = self.value(first)?;
        let TypedKind::Value(kind) = left.kind.clone() else {
            let right = self.value(second)?;
            let (x, y, ..) = self.alike(expr, (first, &left), (second, &right))?;
            return self.bool_node(expr, Op::Equal(x, y));
        };
        if let ValueKind::Number { .. } = kind {
            let right = self.value(second)?;
            let (x, y, ..) = self.alike(expr, (first, &left), (second, &right))?;
            return self.bool_node(expr, Op::Equal(x, y));
        }
        if quoted(second) && self.scope.option_ids(&kind).is_none() {
            let is = left.kind.describe(self.scope);
            return Err(self
                .problem(first, format!("this is {is}; only a choice is compared with a quoted option"))
                .label(is)
                .into());
        }
        let right = self.expect(second, &kind)?;
        let op =
            if kind == ValueKind::Bool { Op::Same(left.node, right.node) } else { Op::Equal(left.node, right.node) };
        self.bool_node(expr, op)
    }

    fn one_of(&mut self, expr: &IdedExpr, of: &IdedExpr, list: &IdedExpr) -> Checked {
        let Expr::List(list_expr) = &list.expr else {
            return Err(self
                .problem(list, "`in` needs a list")
                .help("write `status in [\"poor\", \"near_poor\"]`")
                .into());
        };
        if list_expr.elements.is_empty() {
            return Err(self.problem(list, "this list is empty: nothing is ever in it").into());
        }
        let value = self.value(of)?;
        let mut set = Vec::new();
        for element in &list_expr.elements {
            let node = match &value.kind {
                TypedKind::Value(kind @ (ValueKind::Choice(_) | ValueKind::Band(_) | ValueKind::Status)) => {
                    self.expect(element, kind)?.node
                }
                TypedKind::Value(ValueKind::Number { denominator, .. }) | TypedKind::BareNumber { denominator } => {
                    let element_value = self.value(element)?;
                    let (_, element_node, _, common) = self.alike(expr, (of, &value), (element, &element_value))?;
                    if common != *denominator {
                        return Err(self
                            .problem(element, "this number has more decimals than what it is compared with")
                            .into());
                    }
                    element_node
                }
                other => {
                    let is = other.describe(self.scope);
                    return Err(self
                        .problem(of, format!("this is {is}; `in` takes a choice or a number"))
                        .label(is)
                        .into());
                }
            };
            match self.dag.node(node).op {
                Op::Int(n) => set.push(n),
                _ => return Err(self.problem(element, "the list after `in` holds constants only").into()),
            }
        }
        set.sort_unstable();
        set.dedup();
        self.bool_node(expr, Op::OneOf(value.node, set.into()))
    }

    fn conditional(&mut self, expr: &IdedExpr, args: &[IdedExpr]) -> Checked {
        let condition = self.yes_no(&args[0])?;
        let quoted = |e: &IdedExpr| matches!(e.expr, Expr::Literal(LiteralValue::String(_)));
        if quoted(&args[1]) && quoted(&args[2]) {
            return Err(self
                .problem(expr, "it is not clear which list these options belong to")
                .help("compare the condition directly instead of choosing between quoted options")
                .into());
        }
        let (known, other) = if quoted(&args[1]) { (&args[2], &args[1]) } else { (&args[1], &args[2]) };
        let first = self.value(known)?;
        let (second, kind) = match first.kind.clone() {
            TypedKind::Value(ValueKind::Number { .. }) | TypedKind::BareNumber { .. } => {
                let second = self.value(other)?;
                let (x, y, unit, denominator) = self.alike(expr, (known, &first), (other, &second))?;
                let kind = unit.map_or(TypedKind::BareNumber { denominator }, |unit| number(unit, denominator));
                return Ok(Typed { node: self.push(expr, Op::If(condition, x, y))?, kind });
            }
            TypedKind::Value(kind) => (self.expect(other, &kind)?, TypedKind::Value(kind)),
        };
        let (then, otherwise) = if quoted(&args[1]) { (second, first) } else { (first, second) };
        Ok(Typed { node: self.push(expr, Op::If(condition, then.node, otherwise.node))?, kind })
    }
}

/// `a.b.c` as one name.
fn dotted(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => Some(format!("{}.{}", dotted(&select.operand)?, select.field)),
        _ => None,
    }
}
