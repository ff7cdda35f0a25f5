"""Rules of the door itself: who is told what live, and how much one caller may ask."""
