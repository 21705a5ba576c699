"""One file a network. A channel knows everything about its network and nothing about ours."""
