"""What the README shows and is made by the program: its picture and its tables. `python -m tests.generate` makes them anew."""
