//! The matrix of statuses as a picture (SVG): two stacked columns, before and after, and ribbons between them.
//!
//! It is legible in black and white: statuses are told apart by patterns and by their names beside the columns, who stays
//! is light, who moves is patterned, and every move is listed in words and numbers below. It has a title and a description
//! for those who hear it, and needs no font of its own. The same simulation gives the same bytes.

use super::findings::{Count, Side, Simulation, Status, Unit};
use super::words::{number, share};
use crate::screen::say;
use std::fmt::Write;
use vuon_policy::model::Language;

const WIDTH: f64 = 960.0;
/// Where names end on the left and begin on the right.
const NAMES: f64 = 236.0;
const BAR: f64 = 26.0;
const LEFT: f64 = NAMES + 12.0;
const RIGHT: f64 = WIDTH - LEFT - BAR;
/// The height of everybody.
const STACK: f64 = 400.0;
const GAP: f64 = 12.0;
const LINE: f64 = 17.0;
/// The longest lines, in characters of a wide font: names beside the columns, and the whole width.
const NAME_CHARACTERS: usize = 23;
const ALL_CHARACTERS: usize = 118;
/// Moves that are listed; the others are counted together.
const MOVES: usize = 14;

/// Draws the matrix.
pub fn draw(simulation: &Simulation, language: Language) -> String {
    Picture { simulation, language, unit: simulation.units.main().0, svg: String::new(), y: 0.0 }.draw()
}

struct Picture<'s> {
    simulation: &'s Simulation,
    language: Language,
    unit: Unit,
    svg: String,
    /// Below what is drawn.
    y: f64,
}

/// A status in one of the columns.
struct Node {
    /// Its place among the statuses of its side.
    place: usize,
    count: f64,
    /// The top of its part of the column.
    top: f64,
    height: f64,
    /// How its part is filled.
    fill: String,
    name: Vec<String>,
}

/// Households that go from one status to another.
struct Move {
    from: usize,
    to: usize,
    count: f64,
}

impl Picture<'_> {
    fn draw(mut self) -> String {
        let columns = [self.column(0), self.column(1)];
        let moves = self.moves();
        self.heading();
        let top = self.y + 8.0;
        let columns = columns.map(|nodes| placed(nodes, top));
        let bottom = columns.iter().flatten().map(|node| node.top + node.height).fold(top, f64::max);
        let bottom = columns.iter().flatten().map(Node::bottom_of_name).fold(bottom, f64::max);
        let numbers = self.ribbons(&columns);
        for (side, nodes) in columns.iter().enumerate() {
            nodes.iter().for_each(|node| self.node(side, node));
        }
        // Over everything else, so that no ribbon strikes a number out.
        self.svg += &numbers;
        self.y = bottom + 34.0;
        self.list(moves);
        self.footing();
        self.wrapped_in_svg()
    }

    fn total(&self) -> f64 {
        self.simulation.whole.total().of(self.unit)
    }

    fn statuses(&self, side: usize) -> &[Status] {
        &self.simulation.sides[side].statuses
    }

    /// The statuses that anybody has before or after, as parts of one column. One that nobody has on this side keeps its
    /// name and a thin line, so that its end is seen.
    fn column(&self, side: usize) -> Vec<Node> {
        let counts = [0, 1].map(|side| self.simulation.whole.statuses(side));
        let total = self.total();
        let of_id = |side: usize, id: &str| -> f64 {
            let place = self.statuses(side).iter().position(|status| status.id == id);
            place.map_or(0.0, |place| counts[side][place].of(self.unit))
        };
        let shown = |status: &Status| of_id(0, &status.id) > 0.0 || of_id(1, &status.id) > 0.0;
        self.statuses(side)
            .iter()
            .enumerate()
            .filter(|(_, status)| shown(status))
            .map(|(place, status)| {
                let count: Count = counts[side][place];
                let count = count.of(self.unit);
                let mut name = lines(&status.label, NAME_CHARACTERS);
                let unit = &self.simulation.units.main().1.label;
                name.push(format!(
                    "{} {unit} · {} %",
                    number(count, self.language),
                    share(count, total, self.language)
                ));
                let height = if total > 0.0 { count / total * STACK } else { 0.0 };
                Node { place, count, top: 0.0, height, fill: self.fill(side, place), name }
            })
            .collect()
    }

    /// The same status has the same fill on both sides.
    fn fill(&self, side: usize, place: usize) -> String {
        let status = &self.statuses(side)[place];
        let own = self.statuses(0).iter().position(|other| other.id == status.id);
        let place = own.unwrap_or(self.statuses(0).len() + place);
        format!("fill{}", place % FILLS.len())
    }

    /// Who does not stay, the largest first.
    fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (from, row) in self.simulation.whole.matrix.iter().enumerate() {
            for (to, count) in row.iter().enumerate() {
                let count = count.of(self.unit);
                if count > 0.0 && self.statuses(0)[from].id != self.statuses(1)[to].id {
                    moves.push(Move { from, to, count });
                }
            }
        }
        moves.sort_by(|a, b| b.count.total_cmp(&a.count).then((a.from, a.to).cmp(&(b.from, b.to))));
        moves
    }

    fn title(&self) -> &'static str {
        say(
            self.language,
            "Ai vào, ai ra, ai ở lại khi chuẩn thay đổi",
            "Who enters, who leaves, who stays as the standard changes",
        )
    }

    fn heading(&mut self) {
        self.y = 34.0;
        self.text(WIDTH / 2.0, self.y, "middle", 20.0, true, self.title());
        self.y += 8.0;
        if self.simulation.is_what_if() {
            let what_if = say(self.language, "GIẢ ĐỊNH, KHÔNG PHẢI VĂN BẢN PHÁP LUẬT", "A WHAT-IF, NOT LAW");
            self.y += LINE;
            self.text(WIDTH / 2.0, self.y, "middle", 14.0, true, what_if);
            self.y += 4.0;
        }
        let facts = [vec![self.everybody()], self.simulation.facts.clone()].concat().join(" · ");
        self.paragraph(WIDTH / 2.0, "middle", &facts, ALL_CHARACTERS);
        self.y += 8.0;
        let top = self.y;
        let mut below = top;
        for (side, x, anchor) in [(0, LEFT + BAR, "end"), (1, RIGHT, "start")] {
            self.y = top + LINE;
            self.text(x, self.y, anchor, 16.0, true, side_names(self.language)[side]);
            let label = self.simulation.sides[side].label.clone();
            self.paragraph(x, anchor, &label, NAME_CHARACTERS + 6);
            below = below.max(self.y);
        }
        self.y = below + 10.0;
    }

    fn everybody(&self) -> String {
        let (_, name) = self.simulation.units.main();
        format!("{} {}", number(self.total(), self.language), name.label)
    }

    fn node(&mut self, side: usize, node: &Node) {
        let x = if side == 0 { LEFT } else { RIGHT };
        let _ = writeln!(
            self.svg,
            r##"<rect x="{x:.2}" y="{:.2}" width="{BAR:.2}" height="{:.2}" fill="url(#{})" stroke="#000" stroke-width="1"/>"##,
            node.top,
            node.height.max(0.01),
            node.fill
        );
        let (x, anchor) = if side == 0 { (NAMES, "end") } else { (WIDTH - NAMES, "start") };
        let mut y = node.top_of_name() + 13.0;
        let last = node.name.len() - 1;
        for (place, line) in node.name.iter().enumerate() {
            self.text(x, y, anchor, 14.0, place < last, line);
            y += LINE;
        }
    }

    /// One ribbon for each cell of the matrix; those who stay are drawn first, so that moves lie over them. Gives the
    /// numbers of those that are wide enough; the others have theirs in the list below.
    fn ribbons(&mut self, columns: &[Vec<Node>; 2]) -> String {
        let total = self.total();
        let mut numbers = String::new();
        if total <= 0.0 {
            return numbers;
        }
        let simulation = self.simulation;
        let mut next = [0, 1].map(|side: usize| columns[side].iter().map(|node| node.top).collect::<Vec<f64>>());
        let mut drawn: Vec<(bool, String)> = Vec::new();
        for (from, left) in columns[0].iter().enumerate() {
            for (to, right) in columns[1].iter().enumerate() {
                let count = simulation.whole.matrix[left.place][right.place].of(self.unit);
                if count <= 0.0 {
                    continue;
                }
                let height = count / total * STACK;
                let (y0, y1) = (next[0][from], next[1][to]);
                (next[0][from], next[1][to]) = (y0 + height, y1 + height);
                let stays = self.statuses(0)[left.place].id == self.statuses(1)[right.place].id;
                drawn.push((stays, ribbon(y0, y1, height, (!stays).then_some(&left.fill))));
                if height >= LINE {
                    // Moves that cross have their numbers where they have not yet crossed, a quarter of the way.
                    let (x, y) = if stays { along(0.5, y0, y1) } else { along(0.25, y0, y1) };
                    let _ = writeln!(
                        numbers,
                        r##"<text x="{x:.2}" y="{:.2}" text-anchor="middle" font-size="13" stroke="#fff" stroke-width="4" paint-order="stroke">{}</text>"##,
                        y + height / 2.0 + 5.0,
                        number(count, self.language)
                    );
                }
            }
        }
        for layer in [true, false] {
            for (_, ribbon) in drawn.iter().filter(|(stays, _)| *stays == layer) {
                self.svg += ribbon;
            }
        }
        numbers
    }

    /// Every move in words.
    fn list(&mut self, moves: Vec<Move>) {
        let head = say(self.language, "Ai đổi diện", "Who moves");
        self.text(24.0, self.y, "start", 15.0, true, head);
        self.y += 6.0;
        if moves.is_empty() {
            let nobody = say(self.language, "Không ai đổi diện.", "Nobody moves.");
            self.paragraph(24.0, "start", nobody, ALL_CHARACTERS);
        }
        let total = self.total();
        for one in moves.iter().take(MOVES) {
            self.y += LINE + 3.0;
            let fill = self.fill(0, one.from);
            let _ = writeln!(
                self.svg,
                r##"<rect x="24" y="{:.2}" width="22" height="12" fill="url(#{fill})" stroke="#000" stroke-width="0.75"/>"##,
                self.y - 11.0
            );
            let (language, unit) = (self.language, &self.simulation.units.main().1.label);
            let text = format!(
                "{} → {}: {} {unit} ({} %)",
                self.statuses(0)[one.from].label,
                self.statuses(1)[one.to].label,
                number(one.count, language),
                share(one.count, total, language)
            );
            let mut first = true;
            for line in lines(&text, ALL_CHARACTERS - 6) {
                self.y += if first { 0.0 } else { LINE };
                first = false;
                self.text(54.0, self.y, "start", 14.0, false, &line);
            }
        }
        let rest: f64 = moves.iter().skip(MOVES).map(|one| one.count).sum();
        if moves.len() > MOVES {
            let (n, rest) = (moves.len() - MOVES, number(rest, self.language));
            let text = match self.language {
                Language::Vi => format!("… và {n} chuyển đổi nữa, cộng lại {rest}"),
                Language::En => format!("… and {n} more, {rest} together"),
            };
            self.y += 3.0;
            self.paragraph(54.0, "start", &text, ALL_CHARACTERS);
        }
    }

    /// What the figures rest on.
    fn footing(&mut self) {
        self.y += 12.0;
        for (side, name) in self.simulation.sides.iter().zip(side_names(self.language)) {
            let hash = side.hash.as_ref().map_or(String::new(), |hash| format!("@{}", &hash[..hash.len().min(16)]));
            let mut text = format!("{name}: {}{hash}", side.id);
            side.caveats.iter().for_each(|caveat| text = format!("{text} · {caveat}"));
            self.paragraph(24.0, "start", &text, ALL_CHARACTERS);
        }
        let items: usize = self.simulation.sides.iter().map(unverified_items).max().unwrap_or(0);
        if items > 0 {
            let text = match self.language {
                Language::Vi => format!("Dựa trên {items} nội dung chưa kiểm chứng với văn bản gốc."),
                Language::En => format!("Rests on {items} items not verified in the official text."),
            };
            self.paragraph(24.0, "start", &text, ALL_CHARACTERS);
        }
    }

    /// A text in lines, the first below what is drawn.
    fn paragraph(&mut self, x: f64, anchor: &str, text: &str, characters: usize) {
        for line in lines(text, characters) {
            self.y += LINE;
            self.text(x, self.y, anchor, 13.0, false, &line);
        }
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, size: f64, bold: bool, text: &str) {
        let weight = if bold { r#" font-weight="bold""# } else { "" };
        let _ = writeln!(
            self.svg,
            r#"<text x="{x:.2}" y="{y:.2}" text-anchor="{anchor}" font-size="{size}"{weight}>{}</text>"#,
            escaped(text)
        );
    }

    /// The description for those who hear the picture.
    fn description(&self) -> String {
        let unit = &self.simulation.units.main().1.label;
        let mut text = format!("{}. ", self.everybody());
        for side in 0..2 {
            let name = side_names(self.language)[side];
            let counts = self.simulation.whole.statuses(side);
            let told: Vec<String> = self
                .statuses(side)
                .iter()
                .zip(counts)
                .filter(|(_, count)| count.of(self.unit) > 0.0)
                .map(|(status, count)| {
                    format!("{} {} {unit}", status.label, number(count.of(self.unit), self.language))
                })
                .collect();
            let _ = write!(text, "{name} ({}): {}. ", self.simulation.sides[side].label, told.join("; "));
        }
        let moves = self.moves();
        for one in &moves {
            let (from, to) = (&self.statuses(0)[one.from].label, &self.statuses(1)[one.to].label);
            let _ = write!(text, "{from} → {to}: {}. ", number(one.count, self.language));
        }
        if moves.is_empty() {
            text += say(self.language, "Không ai đổi diện.", "Nobody moves.");
        }
        text.trim_end().to_owned()
    }

    fn wrapped_in_svg(self) -> String {
        let height = self.y + 24.0;
        let lang = say(self.language, "vi", "en");
        let fills: String = FILLS
            .iter()
            .enumerate()
            .map(|(place, inside)| {
                format!("<pattern id=\"fill{place}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">{inside}</pattern>\n")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" xml:lang=\"{lang}\" width=\"{WIDTH}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-labelledby=\"title description\" font-family=\"sans-serif\" \
             fill=\"#000\">\n<title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n<defs>\n{fills}</defs>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
            escaped(self.title()),
            escaped(&self.description()),
            self.svg
        )
    }
}

impl Node {
    fn height_of_name(&self) -> f64 {
        LINE * self.name.len() as f64
    }

    fn top_of_name(&self) -> f64 {
        self.top + (self.height - self.height_of_name()) / 2.0
    }

    fn bottom_of_name(&self) -> f64 {
        self.top_of_name() + self.height_of_name()
    }
}

/// A ribbon from a place on the left to one on the right; light where no fill is given.
fn ribbon(y0: f64, y1: f64, height: f64, fill: Option<&String>) -> String {
    let (x0, x1) = (LEFT + BAR, RIGHT);
    let middle = WIDTH / 2.0;
    let (b0, b1) = (y0 + height, y1 + height);
    let (fill, edge) = match fill {
        Some(fill) => (format!("url(#{fill})"), "#000"),
        None => ("#e6e6e6".to_owned(), "#9a9a9a"),
    };
    format!(
        "<path d=\"M{x0:.2},{y0:.2} C{middle:.2},{y0:.2} {middle:.2},{y1:.2} {x1:.2},{y1:.2} L{x1:.2},{b1:.2} \
         C{middle:.2},{b1:.2} {middle:.2},{b0:.2} {x0:.2},{b0:.2} Z\" fill=\"{fill}\" fill-opacity=\"0.75\" \
         stroke=\"{edge}\" stroke-width=\"0.75\"/>\n"
    )
}

/// A point of a ribbon's upper edge: of the Bézier curve whose handles lie in the middle.
fn along(t: f64, y0: f64, y1: f64) -> (f64, f64) {
    let (x0, x1) = (LEFT + BAR, RIGHT);
    let back = 1.0 - t;
    let at = |from: f64, handles: [f64; 2], to: f64| {
        back.powi(3) * from + 3.0 * back * t * (back * handles[0] + t * handles[1]) + t.powi(3) * to
    };
    (at(x0, [WIDTH / 2.0; 2], x1), at(y0, [y0, y1], y1))
}

fn side_names(language: Language) -> [&'static str; 2] {
    match language {
        Language::Vi => ["Trước", "Sau"],
        Language::En => ["Before", "After"],
    }
}

/// Stacks the parts of a column from the top; each has room for its name.
fn placed(mut nodes: Vec<Node>, top: f64) -> Vec<Node> {
    let mut y = top;
    for node in &mut nodes {
        let room = node.height.max(node.height_of_name());
        node.top = y + (room - node.height) / 2.0;
        y += room + GAP;
    }
    debug_assert!(nodes.iter().all(|node| node.count >= 0.0));
    nodes
}

fn unverified_items(side: &Side) -> usize {
    side.unverified.iter().map(|(_, items)| items.len()).sum()
}

/// Told apart without colour, the darkest first: the worst status comes first.
const FILLS: [&str; 10] = [
    r##"<rect width="8" height="8" fill="#3a3a3a"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><path d="M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6" stroke="#000" stroke-width="2.2"/>"##,
    r##"<rect width="8" height="8" fill="#a8a8a8"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><circle cx="2" cy="2" r="1.3"/><circle cx="6" cy="6" r="1.3"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><path d="M4,0 V8" stroke="#000" stroke-width="1"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><path d="M0,2 H8 M0,6 H8" stroke="#000" stroke-width="1.2"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><path d="M2,0 V8 M6,0 V8" stroke="#000" stroke-width="1.2"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><path d="M0,4 H8 M4,0 V8" stroke="#000" stroke-width="1"/>"##,
    r##"<rect width="8" height="8" fill="#6f6f6f"/>"##,
    r##"<rect width="8" height="8" fill="#fff"/><path d="M-2,6 L2,10 M0,0 L8,8 M6,-2 L10,2" stroke="#000" stroke-width="1.2"/>"##,
];

/// A text cut at its spaces into lines of so many characters; a longer word is cut where it must be.
fn lines(text: &str, characters: usize) -> Vec<String> {
    let options = textwrap::Options::new(characters)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines: Vec<String> = textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect();
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// A text inside XML; characters that XML does not allow are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_allow_is_escaped_or_left_out() {
        assert_eq!(escaped("a < b & \"c\"\u{1}\n"), "a &lt; b &amp; &quot;c&quot; ");
    }

    #[test]
    fn long_names_are_cut_into_lines() {
        let name = "Hộ không nghèo, không cận nghèo, có mức sống trung bình theo chuẩn của tỉnh";
        let cut = lines(name, NAME_CHARACTERS);
        assert!(cut.len() == 4 && cut.iter().all(|line| line.chars().count() <= NAME_CHARACTERS), "{cut:?}");
        assert_eq!(cut.join(" "), name);
        assert_eq!(lines("", 10), [""]);
        assert!(lines(&"x".repeat(25), 10).len() == 3);
    }
}
