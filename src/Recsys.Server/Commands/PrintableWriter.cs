using System.Text;
using Recsys.Server.Validation;

namespace Recsys.Server.Commands;

/// <summary>Text for people or programs with what a terminal would obey escaped (<see cref="Printable"/>): titles and ids come from whoever fills the catalogue. Lines and tabs stay.</summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => inner.Write(value is null ? null : Printable.Of(value, areLines: true));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : Printable.Of(value, areLines: true));

    public override void Flush() => inner.Flush();
}
