//! A simulation on the screen, within its width.

use super::findings::{Cost, Count, Domain, Estimate, Group, Grouped, Side, Simulation, Status, Unit, UnitName};
use super::words::{money, number, share, signed, signed_decimal, signed_money};
use crate::screen::{self, columns, decimal, fitted, padded, right, say};
use vuon_policy::model::Language;

/// Groups that are printed; the files have all.
const GROUPS: usize = 40;

/// Prints a simulation.
pub fn print(simulation: &Simulation, language: Language) {
    let report = Report { simulation, language, unit: simulation.units.main().0 };
    report.heading();
    for (unit, name) in simulation.units.each() {
        report.matrix(unit, name);
    }
    report.poor();
    report.poverty();
    simulation.groups.iter().for_each(|grouped| report.group(grouped));
    report.flags();
    report.costs();
    report.notes();
}

struct Report<'s> {
    simulation: &'s Simulation,
    language: Language,
    /// The unit of shares.
    unit: Unit,
}

/// Prints a figure before and after, and its change: its name, the figures, and whether it is a share in per cent.
type Row<'r> = dyn Fn(&str, Option<Estimate>, Option<Estimate>, Option<f64>, bool) + 'r;

impl Report<'_> {
    fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        say(self.language, vi, en)
    }

    fn line(text: &str) {
        println!("{}", screen::wrapped(text, screen::width(), 2));
    }

    fn heading(&self) {
        println!();
        for (side, name) in self.simulation.sides.iter().zip([self.say("Trước", "Before"), self.say("Sau", "After")])
        {
            Self::line(&format!("{name}: {} — {}", side.label, side.id));
            side.caveats.iter().for_each(|caveat| Self::line(&format!("  {caveat}")));
        }
        let total = self.simulation.whole.total();
        let counted = self.simulation.units.each();
        let mut facts: Vec<String> =
            counted.map(|(unit, name)| format!("{} {}", number(total.of(unit), self.language), name.label)).collect();
        facts.extend(self.simulation.facts.iter().cloned());
        Self::line(&facts.join(" · "));
        let law = self.say(
            "Mô phỏng trên cùng các hộ, không phải kết quả rà soát.",
            "A simulation on the same households, not the result of a review.",
        );
        Self::line(law);
    }

    /// The statuses of a side that anybody has on either side, by their places.
    fn shown(&self, side: usize) -> Vec<usize> {
        let counts = [0, 1].map(|side: usize| self.simulation.whole.statuses(side));
        let has = |of: usize, id: &str| {
            let statuses = self.simulation.sides[of].statuses.iter();
            statuses.zip(&counts[of]).any(|(status, count)| status.id == id && count.rows > 0)
        };
        let statuses = self.simulation.sides[side].statuses.iter().enumerate();
        let shown = statuses.filter(|(_, status)| has(0, &status.id) || has(1, &status.id));
        shown.map(|(place, _)| place).collect()
    }

    /// Statuses before down, after across, by the numbers of the latter where their names are too long for columns.
    fn matrix(&self, unit: Unit, name: &UnitName) {
        let (rows, cols) = (self.shown(0), self.shown(1));
        let [before, after] = &self.simulation.sides;
        let same: bool = rows.len() == cols.len()
            && rows.iter().zip(&cols).all(|(row, col)| before.statuses[*row] == after.statuses[*col]);
        let matrix = &self.simulation.whole.matrix;
        let cell = |row: usize, col: usize| number(matrix[row][col].of(unit), self.language);
        let totals = [0, 1].map(|side: usize| self.simulation.whole.statuses(side));
        let total = number(self.simulation.whole.total().of(unit), self.language);
        let width = columns(&total).max(5) + 2;
        let first = screen::width().saturating_sub(width * (cols.len() + 1)).min(34);
        let head = match self.language {
            Language::Vi => format!("{} theo diện: trước theo hàng, sau theo cột", upper_first(&name.label)),
            Language::En => format!("{} by status: before down, after across", upper_first(&name.label)),
        };
        println!("\n{head}");
        if first < 14 {
            return self.pairs(unit, &rows, &cols);
        }
        // The statuses have the numbers of the pack, as in the summary of `assess`.
        let mark = |place: usize| if same { format!("({})", rows[place] + 1) } else { format!("({})", letter(place)) };
        if !same {
            for (place, col) in cols.iter().enumerate() {
                Self::line(&format!("  {} {}", mark(place), after.statuses[*col].label));
            }
        }
        let heads: String = (0..cols.len()).map(|place| right(&mark(place), width)).collect();
        println!("{}{heads}{}", " ".repeat(first), right(self.say("cộng", "total"), width));
        for row in &rows {
            let label = format!("({}) {}", row + 1, before.statuses[*row].label);
            let cells: String = cols.iter().map(|col| right(&cell(*row, *col), width)).collect();
            let sum = number(totals[0][*row].of(unit), self.language);
            println!("{}{cells}{}", fitted(&label, first), right(&sum, width));
        }
        let sums: String =
            cols.iter().map(|col| right(&number(totals[1][*col].of(unit), self.language), width)).collect();
        println!("{}{sums}{}", padded(self.say("cộng", "total"), first), right(&total, width));
    }

    /// The matrix as a list, where it has too many columns.
    fn pairs(&self, unit: Unit, rows: &[usize], cols: &[usize]) {
        let [before, after] = &self.simulation.sides;
        for row in rows {
            for col in cols {
                let count = self.simulation.whole.matrix[*row][*col];
                if count.rows > 0 {
                    let (from, to): (&Status, &Status) = (&before.statuses[*row], &after.statuses[*col]);
                    let label = fitted(&format!("{} → {}", from.label, to.label), screen::width().saturating_sub(16));
                    println!("{label}{}", right(&number(count.of(unit), self.language), 16));
                }
            }
        }
    }

    /// Who stays, enters and leaves.
    fn poor(&self) {
        let width = self.number_width();
        let first = screen::width().saturating_sub(width * 5).min(36);
        let heads = match self.language {
            Language::Vi => ["trước", "sau", "ở lại", "vào", "ra"],
            Language::En => ["before", "after", "stay", "enter", "leave"],
        };
        let heads: String = heads.iter().map(|head| right(head, width)).collect();
        println!("\n{}", self.say("Ai vào, ai ra, ai ở lại", "Who stays, enters, leaves"));
        println!("{}{heads}", " ".repeat(first));
        for (poor, figures) in self.simulation.poor.iter().zip(&self.simulation.whole.poor) {
            let flow = &figures.flow;
            println!("{}", screen::wrapped(&poor.label, screen::width(), 2));
            let parts = [flow.before, flow.after, flow.stays, flow.enters, flow.leaves];
            for (unit, name) in self.simulation.units.each() {
                let cells: String =
                    parts.iter().map(|count| right(&number(count.of(unit), self.language), width)).collect();
                println!("{}{cells}", fitted(&format!("  {}", name.label), first));
            }
            let all = self.simulation.whole.total().of(self.unit);
            let cells: String =
                parts.iter().map(|count| right(&share(count.of(self.unit), all, self.language), width)).collect();
            println!("{}{cells}", fitted(&format!("  % {}", self.simulation.units.main().1.label), first));
            if let Some([stays, enters, leaves, _]) = flow.errors {
                let error =
                    |error: Option<f64>| error.map_or("–".to_owned(), |e| decimal(100.0 * e, 2, self.language));
                let cells = [stays, enters, leaves].map(|e| right(&error(e), width)).concat();
                println!(
                    "{}{}{cells}",
                    fitted(self.say("  sai số chuẩn, %", "  standard error, %"), first),
                    " ".repeat(2 * width)
                );
            }
            if flow.unknown.rows > 0 {
                let told = |rows: u64| number(rows as f64, self.language);
                let poor = [
                    flow.before.rows - flow.stays.rows - flow.leaves.rows,
                    flow.after.rows - flow.stays.rows - flow.enters.rows,
                ];
                let (count, [before, after], rows) =
                    (told(flow.unknown.rows), poor.map(told), &self.simulation.units.rows.label);
                Self::line(&match self.language {
                    Language::Vi => format!(
                        "  {count} {rows} chưa xác định được trước hoặc sau nên không ở lại, vào hay ra: trong đó {before} là nghèo trước, {after} là nghèo sau"
                    ),
                    Language::En => format!(
                        "  {count} {rows} not determined before or after neither stay, enter nor leave: of them {before} are poor before and {after} after"
                    ),
                });
            }
        }
    }

    fn number_width(&self) -> usize {
        let total = self.simulation.whole.total();
        let widest = self.simulation.units.each().map(|(unit, _)| columns(&number(total.of(unit), self.language)));
        widest.max().unwrap_or(0).max(8) + 2
    }

    /// M₀, H, A and what the change is made of; for the first way to tell the poor, what each indicator adds. The files
    /// have that for all.
    fn poverty(&self) {
        let told = self.simulation.poor.iter().zip(&self.simulation.whole.poor);
        for (place, (poor, figures)) in told.enumerate() {
            let Some(poverty) = figures.poverty.iter().find(|poverty| poverty.unit == self.unit) else { continue };
            let unit = &self.simulation.units.main().1.label;
            let title = match self.language {
                Language::Vi => format!("Nghèo đa chiều: {}, tính theo {unit}", poor.label),
                Language::En => format!("Multidimensional poverty: {}, by {unit}", poor.label),
            };
            println!("\n{}", screen::wrapped(&title, screen::width(), 2));
            let heads = match self.language {
                Language::Vi => ["trước", "sau", "thay đổi"],
                Language::En => ["before", "after", "change"],
            };
            let (first, width) = (screen::width().saturating_sub(3 * 11).min(46), 11);
            let heads: String = heads.iter().map(|head| right(head, width)).collect();
            println!("{}{heads}", " ".repeat(first));
            let dash = || "–".to_owned();
            let row =
                |label: &str, before: Option<Estimate>, after: Option<Estimate>, change: Option<f64>, percent: bool| {
                    let (scale, decimals) = if percent { (100.0, 1) } else { (1.0, 4) };
                    let value = |estimate: Option<Estimate>| {
                        estimate.map_or_else(dash, |e| decimal(scale * e.value, decimals, self.language))
                    };
                    let change = change.map_or_else(dash, |c| signed_decimal(scale * c, decimals, self.language));
                    let cells: String =
                        [value(before), value(after), change].iter().map(|cell| right(cell, width)).collect();
                    println!("{}{cells}", fitted(label, first));
                };
            let [before, after] = &poverty.levels;
            let change = poverty.change.map(|change| change.map(|change| change.value));
            row(
                self.say("M0, mức nghèo đa chiều", "M0, adjusted headcount ratio"),
                before.m0,
                after.m0,
                change[0],
                false,
            );
            row(self.say("H, tỷ lệ nghèo, %", "H, headcount ratio, %"), before.h, after.h, change[1], true);
            row(self.say("A, độ sâu, %", "A, intensity, %"), before.a, after.a, change[2], true);
            if let Some(error) = poverty.change[0].and_then(|change| change.error) {
                row(
                    self.say("  sai số chuẩn của M0", "  standard error of M0"),
                    before.m0.and_then(error_of),
                    after.m0.and_then(error_of),
                    None,
                    false,
                );
                let text = decimal(error, 4, self.language);
                Self::line(&format!(
                    "  {}: {text}",
                    self.say("sai số chuẩn của thay đổi", "standard error of the change")
                ));
            }
            if let Some(parts) = poverty.parts {
                row(
                    self.say("  do nhiều hay ít người nghèo hơn", "  by more or fewer poor"),
                    None,
                    None,
                    Some(parts.incidence),
                    false,
                );
                row(
                    self.say("  do nghèo sâu hay nông hơn", "  by deeper or lesser poverty"),
                    None,
                    None,
                    Some(parts.intensity),
                    false,
                );
            }
            if place == 0 {
                self.contributions(poverty, &row);
            }
            if poverty.left_out > 0.0 {
                let left = decimal(100.0 * poverty.left_out, 1, self.language);
                Self::line(&match self.language {
                    Language::Vi => format!("  {left} % {unit} không tính vào đây: có chỉ số hoặc diện chưa rõ"),
                    Language::En => {
                        format!("  {left} % of {unit} are left out here: an indicator or the status is not known")
                    }
                });
            }
        }
    }

    /// What each indicator adds to M₀, before and after.
    fn contributions(&self, poverty: &super::findings::Poverty, row: &Row) {
        let [before, after] = &self.simulation.sides;
        println!("{}", self.say("Mỗi chỉ số góp vào M0", "What each indicator adds to M0"));
        for (place, indicator) in before.indicators.iter().enumerate() {
            let there = after.indicators.iter().position(|other| other.id == indicator.id);
            let from = poverty.levels[0].contributions.get(place).copied().flatten();
            let to = there.and_then(|there| poverty.levels[1].contributions.get(there).copied().flatten());
            let change = from.zip(to).map(|(from, to)| to.value - from.value);
            row(&format!("  {}", indicator.label), from, to, change, false);
        }
        for (place, indicator) in after.indicators.iter().enumerate() {
            if !before.indicators.iter().any(|other| other.id == indicator.id) {
                let to = poverty.levels[1].contributions.get(place).copied().flatten();
                row(&format!("  {}", indicator.label), None, to, None, false);
            }
        }
    }

    /// How the poor of the first way to tell change in each group.
    fn group(&self, grouped: &Grouped) {
        let Some(poor) = self.simulation.poor.first() else { return };
        let rows = &self.simulation.units.rows;
        let width = 10;
        let first = screen::width().saturating_sub(width * 5).min(34);
        println!("\n{}", screen::wrapped(&format!("{}: {}", grouped.label, poor.label), screen::width(), 2));
        let unit = &self.simulation.units.main().1.label;
        let heads = match self.language {
            Language::Vi => [rows.label.clone(), "trước %".into(), "sau %".into(), "vào".into(), "ra".into()],
            Language::En => [rows.label.clone(), "before %".into(), "after %".into(), "enter".into(), "leave".into()],
        };
        let heads: String = heads.iter().map(|head| right(fitted(head, width).trim_end(), width)).collect();
        println!("{}{heads}", fitted(&format!("  % {unit}"), first));
        for group in self.most_changed(grouped) {
            let flow = &group.domain.poor[0].flow;
            let all = group.domain.total();
            let cells = [
                number(all.rows as f64, self.language),
                share(flow.before.of(self.unit), all.of(self.unit), self.language),
                share(flow.after.of(self.unit), all.of(self.unit), self.language),
                number(flow.enters.rows as f64, self.language),
                number(flow.leaves.rows as f64, self.language),
            ];
            let cells: String = cells.iter().map(|cell| right(cell, width)).collect();
            println!("{}{cells}", fitted(&group.label, first));
        }
        let counted = match self.language {
            Language::Vi => format!("  vào, ra: tính bằng {}", rows.label),
            Language::En => format!("  enter, leave: counted in {}", rows.label),
        };
        Self::line(&counted);
        if grouped.groups.len() > GROUPS {
            let rest = number((grouped.groups.len() - GROUPS) as f64, self.language);
            Self::line(&match self.language {
                Language::Vi => {
                    format!("  {GROUPS} nhóm thay đổi nhiều nhất; {rest} nhóm nữa có trong tệp ghi bằng --out")
                }
                Language::En => {
                    format!("  the {GROUPS} groups that change most; {rest} more are in the files of --out")
                }
            });
        }
    }

    /// All groups in their order or, of very many, those in which most enter or leave.
    fn most_changed<'g>(&self, grouped: &'g Grouped) -> Vec<&'g Group> {
        let mut groups: Vec<&Group> = grouped.groups.iter().collect();
        if groups.len() > GROUPS {
            let moves = |domain: &Domain| {
                let flow = &domain.poor[0].flow;
                flow.enters.rows + flow.leaves.rows
            };
            groups.sort_by_key(|group| std::cmp::Reverse(moves(&group.domain)));
            groups.truncate(GROUPS);
        }
        groups
    }

    fn flags(&self) {
        if self.simulation.flags.is_empty() {
            return;
        }
        let width = self.number_width();
        let first = screen::width().saturating_sub(3 * width).min(48);
        let heads = match self.language {
            Language::Vi => ["trước", "sau", "thay đổi"],
            Language::En => ["before", "after", "change"],
        };
        let rows = &self.simulation.units.rows.label;
        let title = format!("{}, {rows}", self.say("Nhóm và biến động", "Groups and events"));
        let heads: String = heads.iter().map(|head| right(head, width)).collect();
        println!("\n{}{heads}", fitted(&title, first));
        for flag in &self.simulation.flags {
            let yes = flag.sides.map(|held| held.map(|held| held.yes));
            let count = |count: Option<Count>| count.map_or("–".into(), |c| number(c.rows as f64, self.language));
            let change = match yes {
                [Some(before), Some(after)] => signed(after.rows as f64 - before.rows as f64, self.language),
                _ => "–".into(),
            };
            let cells: String = [count(yes[0]), count(yes[1]), change].iter().map(|cell| right(cell, width)).collect();
            println!("{}{cells}", fitted(&flag.label, first));
        }
    }

    fn costs(&self) {
        for cost in &self.simulation.costs {
            self.cost(cost);
        }
    }

    fn cost(&self, cost: &Cost) {
        let language = self.language;
        let each = match (cost.per_person, language) {
            (true, Language::Vi) => "mỗi người",
            (true, Language::En) => "for each person",
            (false, Language::Vi) => "mỗi hộ",
            (false, Language::En) => "for each household",
        };
        let mut ceilings: Vec<String> =
            cost.ceiling.iter().flatten().map(|ceiling| money(i128::from(*ceiling), language)).collect();
        ceilings.dedup();
        let ceilings = ceilings.join(" → ");
        let title = match language {
            Language::Vi => format!("Chi phí: {}, mức trần {ceilings} {} {each}", cost.label, cost.unit_label),
            Language::En => format!("Cost: {}, ceiling {ceilings} {} {each}", cost.label, cost.unit_label),
        };
        println!("\n{}", screen::wrapped(&title, screen::width(), 2));
        let dash = || "–".to_owned();
        let told = |value: Option<i128>| value.map_or_else(dash, |value| money(value, language));
        let of =
            |count: fn(&super::findings::Entitled) -> u64| cost.sides.map(|side| side.map(|e| i128::from(count(&e))));
        let difference = |of: [Option<i128>; 2]| match of {
            [Some(before), Some(after)] => signed_money(after - before, language),
            _ => dash(),
        };
        let (yes, unknown) = (of(|entitled| entitled.yes), of(|entitled| entitled.unknown));
        let sums = [cost.sum(0), cost.sum(1)];
        let open = [cost.open(0), cost.open(1)];
        let unit = match cost.per_person {
            true => self.simulation.units.weight.as_ref().map_or("", |name| &name.label),
            false => &self.simulation.units.rows.label,
        };
        let row = |label: String, of: [Option<i128>; 2]| [label, told(of[0]), told(of[1]), difference(of)];
        let mut rows = vec![[
            String::new(),
            self.say("trước", "before").to_owned(),
            self.say("sau", "after").to_owned(),
            self.say("thay đổi", "change").to_owned(),
        ]];
        let (entitled, open_to) = match language {
            Language::Vi => (format!("  số {unit} hưởng"), format!("  số {unit} chưa rõ")),
            Language::En => (format!("  {unit} entitled"), format!("  {unit} not determined")),
        };
        rows.push(row(entitled, yes));
        rows.push(row(format!("  {}", self.say("chi phí", "cost")), sums));
        if unknown.iter().flatten().any(|count| *count > 0) {
            rows.push(row(open_to, unknown));
            rows.push(row(format!("  {}", self.say("thêm nhiều nhất", "at most as much more")), open));
        }
        self.aligned(&rows);
    }

    /// Rows of a label and numbers of any length; where they do not fit side by side, each number has its own line.
    fn aligned(&self, rows: &[[String; 4]]) {
        let width = |column: usize| rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0);
        let widths = [width(0), width(1) + 2, width(2) + 2, width(3) + 2];
        if widths.iter().sum::<usize>() <= screen::width() {
            let first = screen::width().saturating_sub(widths[1..].iter().sum()).min(30).max(widths[0]);
            for [label, before, after, change] in rows {
                let cells = [right(before, widths[1]), right(after, widths[2]), right(change, widths[3])].concat();
                println!("{}{cells}", padded(label, first));
            }
            return;
        }
        let Some((heads, rows)) = rows.split_first() else { return };
        for row in rows {
            for (head, cell) in heads[1..].iter().zip(&row[1..]) {
                println!("{}", screen::wrapped(&format!("{}, {head}: {cell}", row[0]), screen::width(), 6));
            }
        }
    }

    fn notes(&self) {
        println!();
        self.simulation.notes.iter().for_each(|note| Self::line(note));
        let [before, after] = &self.simulation.sides;
        self.unverified(before, None);
        self.unverified(after, Some(before));
    }

    /// What a side rests on that was not read in an official text, without what was told of the other.
    fn unverified(&self, side: &Side, told: Option<&Side>) {
        let is_told = |document: &String, item: &String| {
            let there = told.iter().flat_map(|side| &side.unverified).filter(|(name, _)| name == document);
            there.flat_map(|(_, items)| items).any(|other| other == item)
        };
        let left: Vec<(&String, Vec<&str>)> = side
            .unverified
            .iter()
            .map(|(document, items)| {
                let items = items.iter().filter(|item| !is_told(document, item));
                (document, items.map(String::as_str).collect::<Vec<_>>())
            })
            .filter(|(_, items)| !items.is_empty())
            .collect();
        let count: usize = left.iter().map(|(_, items)| items.len()).sum();
        if count == 0 {
            return;
        }
        let id = &side.id;
        Self::line(&match (self.language, told.is_some()) {
            (Language::Vi, false) => format!("`{id}` dựa trên {count} nội dung chưa kiểm chứng với văn bản gốc:"),
            (Language::Vi, true) => format!("`{id}` dựa thêm trên {count} nội dung chưa kiểm chứng với văn bản gốc:"),
            (Language::En, false) => format!("`{id}` rests on {count} items not verified in the official text:"),
            (Language::En, true) => format!("`{id}` rests on {count} more items not verified in the official text:"),
        });
        for (document, items) in left {
            println!("{}", screen::wrapped(&format!("  {document}: {}", items.join("; ")), screen::width(), 4));
        }
    }
}

fn error_of(estimate: Estimate) -> Option<Estimate> {
    estimate.error.map(|value| Estimate { value, error: None })
}

/// a, b, c, …
fn letter(place: usize) -> char {
    (b'a' + (place % 26) as u8) as char
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
