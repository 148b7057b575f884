"""A meter against the meters below it: differences, drift, what nobody measured."""
