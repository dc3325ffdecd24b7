//! The headers that have a few words to choose from.

/// A header with a fixed set of values.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The value of the header.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

choice! {
    /// `X-Frame-Options`: who may frame the page, for browsers without CSP's `frame-ancestors`.
    FrameOptions {
        /// Nobody.
        Deny = "DENY",
        /// Pages of the same origin.
        SameOrigin = "SAMEORIGIN",
    }
}

choice! {
    /// `Referrer-Policy`: what other sites learn of the page a link was on.
    ///
    /// `unsafe-url` and `no-referrer-when-downgrade`, which tell other sites the whole address, are
    /// left out.
    ReferrerPolicy {
        /// Nothing.
        NoReferrer = "no-referrer",
        /// The origin.
        Origin = "origin",
        /// The address within the own origin, the origin elsewhere.
        OriginWhenCrossOrigin = "origin-when-cross-origin",
        /// The address within the own origin, nothing elsewhere.
        SameOrigin = "same-origin",
        /// The origin, but nothing from https to http.
        StrictOrigin = "strict-origin",
        /// The address within the own origin, the origin elsewhere, nothing from https to http.
        StrictOriginWhenCrossOrigin = "strict-origin-when-cross-origin",
    }
}

choice! {
    /// `Cross-Origin-Opener-Policy`: whether windows of other origins keep a handle on this one.
    OpenerPolicy {
        /// None do.
        SameOrigin = "same-origin",
        /// Popups that this page opens do: for OAuth and payment windows.
        SameOriginAllowPopups = "same-origin-allow-popups",
        /// None do, except those that this page opens; it must not be opened by them.
        NoopenerAllowPopups = "noopener-allow-popups",
        /// All do.
        UnsafeNone = "unsafe-none",
    }
}

choice! {
    /// `Cross-Origin-Resource-Policy`: who may load this answer as an image, script and so on.
    ResourcePolicy {
        /// The same origin.
        SameOrigin = "same-origin",
        /// The same site: also other subdomains.
        SameSite = "same-site",
        /// Everyone: for public assets.
        CrossOrigin = "cross-origin",
    }
}

choice! {
    /// `Cross-Origin-Embedder-Policy`: what a page asks of the other origins it loads from.
    EmbedderPolicy {
        /// That they allow it by `Cross-Origin-Resource-Policy` or CORS.
        RequireCorp = "require-corp",
        /// Nothing, but it loads without cookies.
        Credentialless = "credentialless",
        /// Nothing.
        UnsafeNone = "unsafe-none",
    }
}
