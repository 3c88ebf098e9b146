"""What a team does with its documents beyond finding them; one module or package a practice."""
