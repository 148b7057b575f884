"""How is it computed: numerical methods that know nothing of industry."""
