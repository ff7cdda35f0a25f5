"""`pledgeboard-firm`, what a securities firm installs: it knows its profile, the broker and the published rules."""
