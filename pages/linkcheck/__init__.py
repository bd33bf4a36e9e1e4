"""Do links still lead somewhere? To our own pages by their id; elsewhere by asking, seldom and politely."""
