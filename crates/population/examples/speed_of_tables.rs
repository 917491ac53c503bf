//! temporary
#![allow(clippy::unwrap_used)]
use arrow::array::*;
use arrow::datatypes::*;
use std::sync::Arc;
use std::time::Instant;
use vuon_policy::Text;
use vuon_policy::model::*;
use vuon_policy::unit::Unit;
use vuon_population::layout::*;
use vuon_population::merge::*;
use vuon_population::read::*;
use vuon_population::sort::Sorter;
use vuon_population::write::*;
fn text(value: &str) -> Text { Text { value: value.to_owned(), place: Default::default() } }
fn q() -> Questionnaire {
    let v = |id: &str, kind: Kind| Variable { id: text(id), kind, label: Label::default(), question: None, asked_when: None };
    let ch = |n: usize| Choices { id: text("c"), options: (0..n).map(|i| ChoiceOption { id: text(&format!("option_{i}")), label: Label::default(), also: vec![] }).collect() };
    let mut household = vec![v("household_id", Kind::Id), v("commune_code", Kind::Code { width: 5, role: None })];
    for i in 0..6 { household.push(v(&format!("c{i}"), Kind::Choice(0))); }
    for i in 0..3 { household.push(v(&format!("n{i}"), Kind::Number { unit: Unit::none(), decimals: 0, min: 0, max: 1_000_000_000 })); }
    for i in 0..10 { household.push(v(&format!("b{i}"), Kind::Bool)); }
    let mut member = vec![v("birth_date", Kind::Date)];
    for i in 0..3 { member.push(v(&format!("mc{i}"), Kind::Choice(0))); }
    for i in 0..6 { member.push(v(&format!("mb{i}"), Kind::Bool)); }
    Questionnaire { choices: vec![ch(8)], household, member }
}
fn column(kind: &Kind, ids: &dyn Fn(usize) -> usize, start: usize, n: usize) -> ArrayRef {
    let range = start..start + n;
    match kind {
        Kind::Id => Arc::new(StringArray::from_iter_values(range.map(|i| format!("{:05}-{:07}", ids(i) / 1000, ids(i))))),
        Kind::Code { .. } => Arc::new(StringArray::from_iter_values(range.map(|i| format!("{:05}", i / 1000)))),
        Kind::Choice(_) => {
            let mut b = StringDictionaryBuilder::<Int32Type>::new();
            for i in range { b.append_value(format!("option_{}", i.wrapping_mul(2654435761) >> 7 & 7)); }
            Arc::new(b.finish())
        }
        Kind::Number { .. } => Arc::new(Int64Array::from_iter_values(range.map(|i| (i.wrapping_mul(2654435761) >> 5 & 0xffffff) as i64))),
        Kind::Bool => Arc::new(BooleanArray::from_iter(range.map(|i| Some(i.wrapping_mul(2654435761) >> 9 & 3 == 0)))),
        Kind::Date => Arc::new(Date32Array::from_iter_values(range.map(|i| (i % 20000) as i32))),
    }
}
fn make(path: &str, vars: &[&Variable], ids: &dyn Fn(usize) -> usize, rows: usize) {
    let step = 1 << 20;
    let mut writer: Option<OutputWriter> = None;
    for start in (0..rows).step_by(step) {
        let n = step.min(rows - start);
        let cols: Vec<ArrayRef> = vars.iter().map(|v| column(&v.kind, ids, start, n)).collect();
        let fields: Vec<Field> = vars.iter().zip(&cols).map(|(v, c)| Field::new(&v.id.value, c.data_type().clone(), true)).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), cols).unwrap();
        let w = writer.get_or_insert_with(|| OutputWriter::create(path.as_ref(), batch.schema(), &[]).unwrap());
        let g = w.encoder().encode(&[batch]).unwrap();
        w.append(g).unwrap();
    }
    writer.unwrap().finish().unwrap();
}
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let q = q();
    if n == 0 {
        let mut s = String::from("household_id,commune_code,c0,c1,c2,c3,c4,c5,n0,n1,n2,b0,b1,b2,b3,b4,b5,b6,b7,b8,b9\n");
        for i in 0..1_000_000usize { use std::fmt::Write; let o = i % 8; writeln!(s, "{i:08},{:05},option_{o},option_{o},option_{o},option_{o},option_{o},option_{o},{},1.500.000,{i},yes,no,yes,no,,x,1,0,có,không", i % 99999, i * 37).unwrap(); }
        std::fs::write("/tmp/speed.csv", &s).unwrap();
        let all: Vec<usize> = (0..q.household.len()).collect();
        let layout = Arc::new(Layout::new(&q, &all[2..], &[], &[]));
        let t = Table::open(&layout, TableKind::Households, &["/tmp/speed.csv".into()], &ReadOptions::default()).unwrap();
        let now = Instant::now();
        let units: Vec<_> = t.units().map(|u| u.unwrap()).collect();
        println!("{} MB split {:?}", s.len() >> 20, now.elapsed());
        let now = Instant::now();
        let (mut rows, mut bad) = (0, 0);
        for u in units { let d = u.decode().unwrap(); rows += d.rows; bad += d.problems.len(); }
        println!("decode {rows} {bad} {:?}", now.elapsed());
        // an output like the kernel's
        let rows = 1 << 20;
        let mut x = 1u64; let mut rnd = move || { x ^= x << 13; x ^= x >> 7; x ^= x << 17; x };
        let mut cols: Vec<(String, ArrayRef)> = vec![("id".into(), Arc::new(StringArray::from_iter_values((0..rows).map(|i| format!("{:05}-{i:07}", i / 1000)))))];
        let mut st = StringDictionaryBuilder::<Int8Type>::new();
        for _ in 0..rows { st.append_value(["poor", "near_poor", "average", "none"][(rnd() >> 60) as usize / 4]); }
        cols.push(("status".into(), Arc::new(st.finish())));
        for i in 0..15 { cols.push((format!("b{i}"), Arc::new(BooleanArray::from_iter((0..rows).map(|_| { let r = rnd() >> 56; (r > 5).then_some(r > 200) }))))); }
        for i in 0..3 { cols.push((format!("n{i}"), Arc::new(Int64Array::from_iter_values((0..rows).map(|_| (rnd() >> 58) as i64))))); }
        let batch = RecordBatch::try_from_iter(cols).unwrap();
        let mut w = OutputWriter::create("/tmp/speed_out.parquet".as_ref(), batch.schema(), &[]).unwrap();
        for _ in 0..3 { let now = Instant::now(); let g = w.encoder().encode(&[batch.clone()]).unwrap(); print!("encode {:?} ", now.elapsed()); let now = Instant::now(); w.append(g).unwrap(); println!("append {:?}", now.elapsed()); }
        w.finish().unwrap();
        println!("{} bytes", std::fs::metadata("/tmp/speed_out.parquet").unwrap().len());
        return;
    }
    let (h, m) = ("/tmp/speed_h.parquet", "/tmp/speed_m.parquet");
    let t = Instant::now();
    if !std::path::Path::new(m).exists() {
        make(h, &q.household.iter().collect::<Vec<_>>(), &|i| i, n);
        let mut vars = vec![&q.household[0]]; vars.extend(&q.member);
        make(m, &vars, &|i| i * 10 / 36, n * 36 / 10);
        println!("made {:?}", t.elapsed());
    }
    let all: Vec<usize> = (0..q.household.len()).collect();
    let allm: Vec<usize> = (0..q.member.len()).collect();
    let layout = Arc::new(Layout::new(&q, &all[2..], &allm, &[]));
    let open = |kind, p: &str| Table::open(&layout, kind, &[p.into()], &ReadOptions::default()).unwrap();
    let tables = [open(TableKind::Households, h), open(TableKind::Members, m)];
    let mut merger = Merger::new(layout.clone(), tables[0].names().clone(), tables[1].names().clone());
    let mut units = [tables[0].units(), tables[1].units()];
    let (mut td, mut ts, mut ta) = (0.0, 0.0, 0.0);
    let mut rows = 0;
    loop {
        let t = Instant::now();
        let step = merger.step().unwrap();
        ts += t.elapsed().as_secs_f64();
        let (kind, i) = match step {
            Step::NeedHouseholds => (TableKind::Households, 0),
            Step::NeedMembers => (TableKind::Members, 1),
            Step::Work(w) => { let t = Instant::now(); rows += w.assemble().num_rows(); ta += t.elapsed().as_secs_f64(); continue; }
            Step::Done => break,
        };
        let t = Instant::now();
        match units[i].next() {
            Some(u) => for b in u.unwrap().decode().unwrap().batches { merger.push(kind, b) },
            None => merger.finish(kind),
        }
        td += t.elapsed().as_secs_f64();
    }
    println!("rows {rows} decode {td:.2} step {ts:.2} assemble {ta:.2} {:?}", merger.counts());
    if std::env::args().nth(2).is_some() {
        let t = Instant::now();
        let mut sorter = Sorter::new(&layout, TableKind::Members, None).unwrap();
        for u in tables[1].units() { for b in u.unwrap().decode().unwrap().batches { sorter.push(b).unwrap() } }
        println!("sort push {:?}", t.elapsed());
        let rows: usize = sorter.finish().unwrap().map(|b| b.unwrap().rows.num_rows()).sum();
        println!("sorted {rows} {:?}", t.elapsed());
    }
}
