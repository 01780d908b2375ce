//! What a blog publishes: posts, which follow each other, and pages, which stand beside them.

use super::index;

/// Posts or pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A post.
    Post,
    /// A page.
    Page,
}

impl Kind {
    /// Where they stand in the store.
    pub(super) fn collection(self) -> &'static str {
        match self {
            Kind::Post => index::POSTS,
            Kind::Page => index::PAGES,
        }
    }

    /// What they are called in URLs; so is the counter of those that are published.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Kind::Post => "posts",
            Kind::Page => "pages",
        }
    }

    /// What one is called.
    pub(super) fn singular(self) -> &'static str {
        match self {
            Kind::Post => "post",
            Kind::Page => "page",
        }
    }

    /// The path parameter that says which.
    pub(super) fn id_parameter(self) -> &'static str {
        match self {
            Kind::Post => "postId",
            Kind::Page => "pageId",
        }
    }

    /// The words of a path for want of any.
    pub(super) fn nameless(self) -> &'static str {
        match self {
            Kind::Post => "blog-post",
            Kind::Page => "blog-page",
        }
    }
}
