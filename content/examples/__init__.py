"""What a school adds of its own where the programme asks for it, beside the provider's text and apart from every pack."""
