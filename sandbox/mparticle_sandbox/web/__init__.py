"""The HTTP edge: routes, authentication, middleware, faults and responses."""
