using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Training.Networks;

/// <summary>
/// Examples of a part as a network reads them, with what is true of them. Images are kept as a byte a value: a quarter of the memory, and what is lost is
/// less than a step of the camera's.
/// </summary>
internal sealed class EncodedExamples
{
    private readonly NetworkInput[] _inputs;
    private readonly byte[][] _pixels;
    private readonly NetworkSizes _sizes;
    private readonly FittedColumn? _image;

    private EncodedExamples(NetworkSizes sizes, FittedColumn? image, int count)
    {
        (_sizes, _image) = (sizes, image);
        _inputs = new NetworkInput[image is null ? count : 0];
        _pixels = new byte[image is null ? 0 : count][];
        (Classes, Labels, Numbers) = (new int[count], new bool[count][], new double[count]);
    }

    public int Count => Classes.Length;

    /// <summary>The true output of each, where the task is classes.</summary>
    public int[] Classes { get; }

    /// <summary>Which outputs are true of each, where the task is labels.</summary>
    public bool[][] Labels { get; }

    /// <summary>Each number in its unit, where the task is that.</summary>
    public double[] Numbers { get; }

    /// <summary>Steps of a sequence; 0 where there is none.</summary>
    public int LengthOf(int example) =>
        _image is not null ? 0 : _sizes.StepWidth > 0 ? _inputs[example].Vectors.Length / _sizes.StepWidth : _inputs[example].Ids.Length;

    /// <summary>What the network reads of one.</summary>
    public NetworkInput this[int example] => _image is null ? _inputs[example] : new() { Pixels = Unpack(_pixels[example]) };

    /// <summary>Encodes all examples of a part.</summary>
    /// <exception cref="InvalidDataException">A value is wrong; the message says which example's.</exception>
    public static EncodedExamples Of(
        IReadOnlyList<LabelledExample> examples, NetworkSpec spec, FittedPreprocessing fitted, FittedTarget target, int threads, CancellationToken cancellation)
    {
        var preprocessor = new Preprocessor(spec, fitted);
        var image = spec.Network.Kind == NetworkKind.Convolutional ? fitted.Columns[0] : null;
        var encoded = new EncodedExamples(fitted.Sizes(spec, target.Outputs()), image, examples.Count);
        var places = target.Labels.Select((label, place) => (label, place)).ToDictionary(entry => entry.label, entry => entry.place, StringComparer.Ordinal);
        InvalidDataException? problem = null;
        Parallel.For(0, examples.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, (i, state) =>
        {
            try
            {
                encoded.Set(i, preprocessor.Encode(examples[i].Values), examples[i], places);
            }
            catch (InvalidDataException e)
            {
                Interlocked.CompareExchange(ref problem, new InvalidDataException($"{examples[i].Origin}: {e.Message}", e), null);
                state.Stop();
            }
        });
        return problem is null ? encoded : throw problem;
    }

    private void Set(int i, NetworkInput input, LabelledExample example, Dictionary<string, int> places)
    {
        if (_image is null)
            _inputs[i] = input;
        else
            _pixels[i] = Pack(input.Pixels);
        Classes[i] = example.Labels.Count == 1 ? places.GetValueOrDefault(example.Labels[0], -1) : -1;
        Labels[i] = new bool[places.Count];
        foreach (var label in example.Labels)
            if (places.TryGetValue(label, out var place))
                Labels[i][place] = true;
        Numbers[i] = example.Target;
    }

    private byte[] Pack(float[] pixels)
    {
        var packed = new byte[pixels.Length];
        var size = pixels.Length / _sizes.Channels;
        for (var i = 0; i < packed.Length; i++)
            packed[i] = (byte)Math.Clamp(Math.Round(((pixels[i] * _image!.Scales![i / size]) + _image.Offsets![i / size]) * 255), 0, 255);
        return packed;
    }

    private float[] Unpack(byte[] packed)
    {
        var pixels = new float[packed.Length];
        var size = packed.Length / _sizes.Channels;
        for (var channel = 0; channel < _sizes.Channels; channel++)
        {
            var (scale, offset) = ((float)(1 / (255 * _image!.Scales![channel])), (float)(_image.Offsets![channel] / _image.Scales[channel]));
            for (var i = channel * size; i < (channel + 1) * size; i++)
                pixels[i] = (packed[i] * scale) - offset;
        }
        return pixels;
    }
}
