//! The IAM policy language: documents with source spans, patterns, condition operators, evaluation with reasons.
