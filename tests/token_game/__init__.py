"""An independent token game: models made at random, played by the rules of the standard and by the engine."""
