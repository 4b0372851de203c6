"""Fields that customers add: their rows, their kinds, and how descriptions learn of them."""
