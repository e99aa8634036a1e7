//! A list of any length of which only the part on screen is in the document.
//!
//! Rows have one fixed height, taken from the style sheet (`--row-height`) by measuring a probe, so that
//! density, pointer and text size stay matters of style. A sizer as high as all rows together makes the
//! browser's own scroll bar right; rows lie in it at their positions (`--at`). Browsers end an element at about
//! 16 million pixels, which is 190,000 rows of 84: past that the far end is reached by search.

use super::effect;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// Where the list is scrolled to, and how much of it shows.
#[derive(Clone, Copy)]
pub(crate) struct Geometry {
    /// The element that scrolls.
    pub(crate) scroller: NodeRef<html::Div>,
    /// The element as high as all rows.
    pub(crate) sizer: NodeRef<html::Div>,
    /// Height of a row, in CSS pixels; 0 until it was measured.
    pub(crate) row_height: RwSignal<f64>,
    /// How far the rows are moved from where they belong, while somebody points at them.
    shift: RwSignal<f64>,
    top: RwSignal<f64>,
    height: RwSignal<f64>,
    total: Memo<u32>,
}

/// Rows drawn beyond the screen, each way, so that a scroll step shows no blank.
const OVERSCAN: u32 = 8;

impl Geometry {
    /// Geometry of a list of `total` rows.
    pub(crate) fn new(total: Memo<u32>) -> Self {
        Self {
            scroller: NodeRef::new(),
            sizer: NodeRef::new(),
            row_height: RwSignal::new(0.0),
            shift: RwSignal::new(0.0),
            top: RwSignal::new(0.0),
            height: RwSignal::new(0.0),
            total,
        }
    }

    /// Positions on screen, without overscan: first, and one past the last.
    pub(crate) fn on_screen(self) -> (u32, u32) {
        let row = self.row_height.get();
        let total = self.total.get();
        if row <= 0.0 {
            return (0, 0);
        }
        let top = self.top.get() - self.shift.get();
        let first = rows((top / row).floor());
        let end = rows(((top + self.height.get()) / row).ceil());
        (first.min(total), end.min(total))
    }

    /// Positions to draw: first, and one past the last.
    pub(crate) fn drawn(self) -> (u32, u32) {
        let (first, end) = self.on_screen();
        (
            first.saturating_sub(OVERSCAN),
            end.saturating_add(OVERSCAN).min(self.total.get()),
        )
    }

    /// How many whole rows fit on the screen.
    pub(crate) fn page(self) -> u32 {
        let row = self.row_height.get_untracked();
        if row <= 0.0 {
            return 1;
        }
        rows((self.height.get_untracked() / row).floor())
            .saturating_sub(1)
            .max(1)
    }

    /// Scrolls no further than needed to show a row.
    pub(crate) fn reveal(self, position: u32) {
        let Some(scroller) = self.scroller.get_untracked() else {
            return;
        };
        self.set_shift(0.0);
        let row = self.row_height.get_untracked();
        let top = f64::from(position) * row;
        let bottom = top + row;
        let seen = f64::from(scroller.scroll_top());
        let height = f64::from(scroller.client_height());
        if top < seen {
            self.scroll_to(top);
        } else if bottom > seen + height {
            self.scroll_to(bottom - height);
        }
    }

    /// Scrolls to an offset from the top, in CSS pixels.
    pub(crate) fn scroll_to(self, offset: f64) {
        let Some(scroller) = self.scroller.get_untracked() else {
            return;
        };
        // The sizer may be about to grow; an offset past its end would be cut.
        self.resize();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "lengths on screen are far below i32's end; casts saturate"
        )]
        scroller.set_scroll_top(offset.round() as i32);
        self.top.set(f64::from(scroller.scroll_top()));
    }

    /// The offset from the top, in CSS pixels.
    pub(crate) fn offset(self) -> f64 {
        self.top.try_get_untracked().unwrap_or_default()
    }

    /// The position of the first row of which something shows.
    pub(crate) fn first_shown(self) -> u32 {
        self.on_screen().0
    }

    /// How far the rows are moved from where they belong, in CSS pixels.
    pub(crate) fn shift(self) -> f64 {
        self.shift.get_untracked()
    }

    /// Moves the rows away from where they belong, or (0) back there.
    pub(crate) fn set_shift(self, shift: f64) {
        if self
            .shift
            .try_get_untracked()
            .is_none_or(|old| old == shift)
        {
            return;
        }
        self.shift.set(shift);
        if let Some(sizer) = self.sizer.get_untracked() {
            let sizer: &HtmlElement = &sizer;
            // Back by a movement that can be followed, away at once. Fails on read-only properties; none is.
            let _ = sizer
                .class_list()
                .toggle_with_force("settling", shift == 0.0);
            let _ = sizer
                .style()
                .set_property("--shift", &format!("{}px", shift.round() as i32));
        }
    }

    fn resize(self) {
        if let Some(sizer) = self.sizer.get_untracked() {
            let sizer: &HtmlElement = &sizer;
            let total = self.total.get_untracked().to_string();
            // Fails on properties that are read-only; this is not.
            let _ = sizer.style().set_property("--total", &total);
        }
    }

    fn measure(self, probe: NodeRef<html::Div>) {
        let (Some(scroller), Some(probe)) = (self.scroller.get_untracked(), probe.get_untracked())
        else {
            return;
        };
        let row = probe.get_bounding_client_rect().height();
        let height = f64::from(scroller.client_height());
        // Nothing is laid out while a pane is not displayed at all.
        if row > 0.0 && (row - self.row_height.get_untracked()).abs() > 0.01 {
            let old = self.row_height.get_untracked();
            let at = if old > 0.0 { self.offset() / old } else { 0.0 };
            self.row_height.set(row);
            self.scroll_to(at * row);
        }
        if height > 0.0 && (height - self.height.get_untracked()).abs() > 0.5 {
            self.height.set(height);
        }
    }
}

/// Draws the scroller, the probe and the sizer; `children` are the rows, placed by [`Geometry`].
///
/// `attributes` of the list itself (role, label, keys) go to the scroller, spread by the caller.
#[component]
pub(crate) fn VirtualList(
    /// Where it is scrolled to.
    geometry: Geometry,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let probe: NodeRef<html::Div> = NodeRef::new();
    let is_waiting = StoredValue::new(false);
    // At most one look per frame, however many events there are.
    let scrolled = move |_| {
        if is_waiting.get_value() {
            return;
        }
        is_waiting.set_value(true);
        request_animation_frame(move || {
            is_waiting.set_value(false);
            if let Some(scroller) = geometry.scroller.try_get_untracked().flatten() {
                geometry.top.set(f64::from(scroller.scroll_top()));
            }
        });
    };
    effect(move || {
        geometry.total.track();
        geometry.resize();
    });
    Effect::new(move |watched: Option<()>| {
        let Some(scroller) = geometry.scroller.get() else {
            return;
        };
        geometry.measure(probe);
        if watched.is_none() {
            watch_size(&scroller, move || geometry.measure(probe));
        }
    });
    view! {
        <div class="virtual" node_ref=geometry.scroller on:scroll=scrolled>
            <div class="virtual-probe" node_ref=probe aria-hidden="true"></div>
            <div class="virtual-sizer" role="presentation" node_ref=geometry.sizer>
                {children()}
            </div>
        </div>
    }
}

/// Calls `changed` when the element's size changes, until the view goes away.
fn watch_size(element: &HtmlElement, changed: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(changed);
    let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    let kept = StoredValue::new_local((observer, callback));
    on_cleanup(move || {
        kept.with_value(|(observer, _)| observer.disconnect());
    });
}

/// A count of rows from a quotient; a negative one (elastic scrolling) is none.
fn rows(count: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "float to integer casts saturate, which is what is wanted"
    )]
    let count = count as u32;
    count
}
