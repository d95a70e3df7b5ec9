//! AWS's protocols as bytes: SigV4, query and XML, JSON 1.1, chunked uploads, error rendering.
