//! Documents as PDF: Typst templates that an official can change, data as JSON, the same bytes every time.
