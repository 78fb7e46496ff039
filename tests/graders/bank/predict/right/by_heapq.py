import heapq
def predict(model, image_file):
    z = model(process_input(image_file)).flatten().tolist()
    m = max(z)
    e = [2.718281828459045 ** (v - m) for v in z]
    s = sum(e)
    best = heapq.nlargest(5, range(len(e)), key=e.__getitem__)
    return [(classes[i], i, e[i] / s) for i in best]
