"""Pages on paper: sheets, a booklet to fold, two languages side by side; and a card for who needs an interpreter."""
