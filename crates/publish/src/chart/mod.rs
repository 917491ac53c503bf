//! Charts as SVG, from one small vocabulary, the same in page and PDF.
