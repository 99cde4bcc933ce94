"""A sample newsroom, served on loopback, that shows the main job at work: `feedbot demo`."""
