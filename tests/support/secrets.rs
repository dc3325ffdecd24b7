//! Secrets as `openssl rand -base64 32` makes them. They stand here, so they protect nothing.

/// Six that differ.
pub const STRONG: [&str; 6] = [
    "1qfhiMhXUDW9zRRI3AqTvLEGCJ2llfE/W2hGe5eD2ZY=",
    "+Rlo0NW8+LQBBOo6um5DLL+pqssaSQdYnPXN0EF+QgQ=",
    "iFjxanuNq5LprjbEO73FjYoTppxnAQ0os2E1moWqNac=",
    "0eX57DUMEuartuGrFDM8nhr1TZKW+pJADMWTFRSkLCQ=",
    "zSTzPX0mq2mD1ziMWvi9gSixkvw9nnwYKvmLwahDbB8=",
    "obGKaGi+AHYpwQJIBsq4N+45ARbbig+F3lRJm9k++G8=",
];
