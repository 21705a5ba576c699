"""The care point: how a customer reaches a person without a maze."""
