//! API descriptions: Discovery documents as routes, parameters and schemas.
