"""Pure understanding of a post: who is meant, in what language, what is wanted, how it feels, how bad it is."""
