using Recsys.Server.Validation;
using Spectre.Console.Rendering;

namespace Recsys.Server.Commands;

/// <summary>Escapes the texts in what a console of Spectre draws, not the codes that it makes itself.</summary>
internal sealed class PrintableHook : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(one => new Escaped(one));

    private sealed class Escaped(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth).Select(Escape);

        private static Segment Escape(Segment segment)
        {
            if (segment.IsControlCode || segment.IsLineBreak) return segment;
            var text = Printable.Of(segment.Text);
            return ReferenceEquals(text, segment.Text) ? segment : new Segment(text, segment.Style);
        }
    }
}
