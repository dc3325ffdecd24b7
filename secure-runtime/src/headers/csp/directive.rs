//! The directives of a content security policy.

/// What a part of a policy governs (CSP level 3 and its extensions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Directive {
    /// `base-uri`: what `<base>` may point to.
    BaseUri,
    /// `child-src`: workers and frames, where nothing finer is set.
    ChildSrc,
    /// `connect-src`: `fetch`, WebSockets, `<a ping>`.
    ConnectSrc,
    /// `default-src`: everything that is loaded and has no directive of its own.
    DefaultSrc,
    /// `font-src`: fonts.
    FontSrc,
    /// `form-action`: where forms may be sent.
    FormAction,
    /// `frame-ancestors`: who may frame this page.
    FrameAncestors,
    /// `frame-src`: what this page may frame.
    FrameSrc,
    /// `img-src`: images.
    ImgSrc,
    /// `manifest-src`: web application manifests.
    ManifestSrc,
    /// `media-src`: audio and video.
    MediaSrc,
    /// `object-src`: plugins.
    ObjectSrc,
    /// `report-to`: the name of the endpoint for reports.
    ReportTo,
    /// `report-uri`: the address for reports, of browsers without `report-to`.
    ReportUri,
    /// `require-trusted-types-for`: `'script'` forbids text in DOM sinks.
    RequireTrustedTypesFor,
    /// `sandbox`: restrictions as of `<iframe sandbox>`.
    Sandbox,
    /// `script-src`: scripts.
    ScriptSrc,
    /// `script-src-attr`: inline event handlers.
    ScriptSrcAttr,
    /// `script-src-elem`: `<script>` elements.
    ScriptSrcElem,
    /// `style-src`: styles.
    StyleSrc,
    /// `style-src-attr`: `style` attributes.
    StyleSrcAttr,
    /// `style-src-elem`: `<style>` and stylesheets.
    StyleSrcElem,
    /// `trusted-types`: the names of the policies that scripts may create.
    TrustedTypes,
    /// `upgrade-insecure-requests`: loads http links by https.
    UpgradeInsecureRequests,
    /// `worker-src`: workers.
    WorkerSrc,
}

/// What may stand in a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// Sources.
    Sources,
    /// Sources, without anything about scripts.
    Ancestors,
    /// The name of one endpoint.
    Endpoint,
    /// Addresses.
    Uris,
    /// Flags of the sandbox, or none.
    SandboxFlags,
    /// `'script'`.
    TrustedTypeSinks,
    /// Names of policies.
    TrustedTypeNames,
    /// Nothing.
    Nothing,
}

impl Directive {
    const ALL: [Self; 25] = [
        Self::BaseUri,
        Self::ChildSrc,
        Self::ConnectSrc,
        Self::DefaultSrc,
        Self::FontSrc,
        Self::FormAction,
        Self::FrameAncestors,
        Self::FrameSrc,
        Self::ImgSrc,
        Self::ManifestSrc,
        Self::MediaSrc,
        Self::ObjectSrc,
        Self::ReportTo,
        Self::ReportUri,
        Self::RequireTrustedTypesFor,
        Self::Sandbox,
        Self::ScriptSrc,
        Self::ScriptSrcAttr,
        Self::ScriptSrcElem,
        Self::StyleSrc,
        Self::StyleSrcAttr,
        Self::StyleSrcElem,
        Self::TrustedTypes,
        Self::UpgradeInsecureRequests,
        Self::WorkerSrc,
    ];

    /// The name of the directive.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BaseUri => "base-uri",
            Self::ChildSrc => "child-src",
            Self::ConnectSrc => "connect-src",
            Self::DefaultSrc => "default-src",
            Self::FontSrc => "font-src",
            Self::FormAction => "form-action",
            Self::FrameAncestors => "frame-ancestors",
            Self::FrameSrc => "frame-src",
            Self::ImgSrc => "img-src",
            Self::ManifestSrc => "manifest-src",
            Self::MediaSrc => "media-src",
            Self::ObjectSrc => "object-src",
            Self::ReportTo => "report-to",
            Self::ReportUri => "report-uri",
            Self::RequireTrustedTypesFor => "require-trusted-types-for",
            Self::Sandbox => "sandbox",
            Self::ScriptSrc => "script-src",
            Self::ScriptSrcAttr => "script-src-attr",
            Self::ScriptSrcElem => "script-src-elem",
            Self::StyleSrc => "style-src",
            Self::StyleSrcAttr => "style-src-attr",
            Self::StyleSrcElem => "style-src-elem",
            Self::TrustedTypes => "trusted-types",
            Self::UpgradeInsecureRequests => "upgrade-insecure-requests",
            Self::WorkerSrc => "worker-src",
        }
    }

    /// The directive of that name, in any case.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(name))
    }

    pub(super) const fn values(self) -> Values {
        match self {
            Self::FrameAncestors => Values::Ancestors,
            Self::ReportTo => Values::Endpoint,
            Self::ReportUri => Values::Uris,
            Self::Sandbox => Values::SandboxFlags,
            Self::RequireTrustedTypesFor => Values::TrustedTypeSinks,
            Self::TrustedTypes => Values::TrustedTypeNames,
            Self::UpgradeInsecureRequests => Values::Nothing,
            _ => Values::Sources,
        }
    }

    /// Whether it governs what is loaded.
    pub(super) const fn is_fetch(self) -> bool {
        matches!(self.values(), Values::Sources) && !matches!(self, Self::BaseUri | Self::FormAction)
    }

    /// Whether a nonce or a hash means anything in it.
    pub(super) const fn takes_nonce(self) -> bool {
        matches!(
            self,
            Self::DefaultSrc | Self::ScriptSrc | Self::ScriptSrcElem | Self::StyleSrc | Self::StyleSrcElem
        )
    }

    /// Whether it governs scripts.
    pub(super) const fn is_script(self) -> bool {
        matches!(self, Self::DefaultSrc | Self::ScriptSrc | Self::ScriptSrcElem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directive_is_found_by_its_name() {
        for directive in Directive::ALL {
            assert_eq!(Directive::parse(directive.as_str()), Some(directive));
            assert_eq!(
                Directive::parse(&directive.as_str().to_uppercase()),
                Some(directive)
            );
        }
        assert_eq!(Directive::parse("img_src"), None);
    }
}
