"""What may come otherwise: scenarios, prices drawn at random, sensitivity and break-even."""
