//! Assembly: listeners, the issuer's endpoints, the request pipeline and the control API.
