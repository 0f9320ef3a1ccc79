using CsCheck;
using Recsys.Serving.Filters;

namespace Recsys.Tests.Serving.Filters;

public sealed class FilterPropertyTests
{
    [Fact]
    public async Task Random_filters_answer_as_the_slow_reference_does()
    {
        await using var rig = await FilterRig.OpenAsync();
        Gen.Select(FilterSentences.Sentence, FilterSentences.Case.Array[1, 8]).Sample(
            (sentence, cases) =>
            {
                var filter = FilterParser.Parse(sentence.Text);
                return cases.All(c =>
                {
                    // The same number each time: what an item had before must be gone.
                    rig.Put(1, c.Item);
                    return filter.Matches(1, rig.Context(FilterRig.NowMs, c.Country, c.Locale, c.Ceiling)) == sentence.Means(c);
                });
            },
            iter: 20_000,
            threads: 1,
            print: t => $"{t.Item1.Text}\n{string.Join('\n', t.Item2.Select(c => c.ToString()))}");
    }

    [Fact]
    public void Random_and_damaged_texts_parse_or_are_refused_within_the_text()
    {
        var damaged = Gen.Select(FilterSentences.Sentence, Gen.Int[0, 200], Gen.Int[0, 3], Gen.Char["'\"()=<>!,\\. \u00e9\ud800and019"], (sentence, at, gone, c) =>
        {
            var start = Math.Min(at, sentence.Text.Length);
            return sentence.Text[..start] + c + sentence.Text[Math.Min(start + gone, sentence.Text.Length)..];
        });
        Gen.OneOf(damaged, Gen.String[0, 60]).Sample(
            text =>
            {
                try
                {
                    return FilterParser.Parse(text).Text == text;
                }
                catch (FilterSyntaxException exception)
                {
                    return exception.Position >= 1 && exception.Position <= text.Length + 1 && exception.Problem.Length > 0;
                }
            },
            iter: 20_000);
    }
}
