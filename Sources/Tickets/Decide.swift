// Filled in with the decision function.
