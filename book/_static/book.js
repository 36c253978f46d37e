// What the theme's inline handlers did, without inline handlers.
