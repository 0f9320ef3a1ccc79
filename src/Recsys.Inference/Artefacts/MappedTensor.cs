namespace Recsys.Inference.Artefacts;

/// <summary>A tensor inside a mapped file, which it keeps mapped. Invariant: all of it lies within the mapping (checked by who makes it).</summary>
internal sealed unsafe class MappedTensor(MappedFile file, float* start, int length)
{
    private readonly MappedFile _file = file;

    internal ReadOnlySpan<float> Values
    {
        get
        {
            var values = new ReadOnlySpan<float>(start, length);
            GC.KeepAlive(_file);
            return values;
        }
    }
}
