"""The main story: what a board and a monitor do, told through public doors only (HTTP, the firms' topics)."""
