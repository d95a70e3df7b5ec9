//! JWS and JWKS: parse, verify and sign identity tokens.
