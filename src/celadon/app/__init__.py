"""The verbs: one function a verb, each passing tables between floors and doing no arithmetic."""
