using Recsys.Content.Examples;
using Recsys.Content.Preprocessing.Images;

namespace Recsys.Content.Preprocessing;

/// <summary>An image as normalised channels.</summary>
internal sealed class ImageColumn(FittedColumn column)
{
    /// <summary>(channels, height, width): the training part's mean taken off each channel, divided by its deviation.</summary>
    /// <exception cref="InvalidDataException">It can't be decoded; the message names the column.</exception>
    internal float[] Encode(ExampleValue? value)
    {
        var pixels = Decode(value, column.Settings);
        var size = pixels.Length / column.Offsets!.Count;
        for (var channel = 0; channel < column.Offsets.Count; channel++)
        {
            var (offset, scale) = (column.Offsets[channel], column.Scales![channel]);
            foreach (ref var pixel in pixels.AsSpan(channel * size, size)) pixel = (float)((pixel - offset) / scale);
        }

        return pixels;
    }

    /// <summary>Learns each channel's mean and deviation.</summary>
    internal static FittedColumn Fit(ColumnSettings settings, TrainingPart part, CancellationToken cancellation)
    {
        Moments[] moments = [.. Enumerable.Range(0, settings.Grey ? 1 : 3).Select(_ => new Moments())];
        foreach (var example in part.Examples)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] pixels;
            try
            {
                pixels = Decode(example.Values.GetValueOrDefault(settings.Name), settings);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{example.Origin}: {e.Message}", e);
            }

            var size = pixels.Length / moments.Length;
            for (var i = 0; i < pixels.Length; i++) moments[i / size].Add(pixels[i]);
        }

        return new() { Settings = settings, Offsets = [.. moments.Select(channel => channel.Mean)], Scales = [.. moments.Select(channel => channel.DeviationOrOne)] };
    }

    private static float[] Decode(ExampleValue? value, ColumnSettings settings)
    {
        if (value is not ExampleValue.Image image) throw new InvalidDataException($"{settings.Name} {ValueProblem.OfImage(value)}.");
        try
        {
            return ImageDecoder.Decode(image.Encoded, settings);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{settings.Name}: {e.Message}.", e);
        }
    }
}
